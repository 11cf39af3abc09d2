package io.github.x402spring.webmvc;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.Call;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class AsyncTrapTests extends PaidShopFixture {

    @Autowired
    private ObservedLedger ledger;

    @ParameterizedTest
    @ValueSource(strings = { "/trap/never", "/trap/raw-never" })
    void timeOutWhenTheHandlerNeverAnswersThenReleasedAndNotSettled(String path) throws Exception {
        RawRequest payment = paying(path);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isIn(500, 503);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(this.ledger.awaitEnd()).isEqualTo(PaymentState.RELEASED);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void completionWhenNothingWasWrittenThenReleasedAndNotSettled() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/raw-silent"));
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.body()).isEmpty();
        assertThat(this.ledger.awaitEnd()).isEqualTo(PaymentState.RELEASED);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED" })
    void streamWhenItsFirstByteIsNotSettledThenTheWriteFailsAndTheRequestEndsAtOnce(Outcome outcome) throws Exception {
        RawRequest payment = paying("/trap/patient-stream");
        outcome.script(this.facilitator);
        try (Call call = this.customer.client().open(payment)) {
            this.visit.awaitDispatchEnd();
            assertThat(this.facilitator.settlements()).isEmpty();
            this.visit.letGoOn();
            RawResponse response = call.response();
            assertThat(response.status()).isEqualTo(outcome.expected(HandlerKind.SSE_LATE).status());
            assertThat(response.complete()).isTrue();
            assertThat(response.rawText().split("HTTP/1.1 ", -1)).hasSize(2);
            assertThat(response.leaks("CANARY")).isFalse();
        }
        this.visit.awaitTaskEnd();
        assertThat(this.visit.writeFailures()).hasSize(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void clientWhenItIsGoneDuringAStreamThenTheStreamEnds() throws Exception {
        RawRequest payment = paying("/trap/patient-stream");
        try (Call call = this.customer.client().open(payment)) {
            this.visit.awaitDispatchEnd();
            call.disconnect();
        }
        this.visit.letGoOn();
        this.visit.awaitTaskEnd();
        assertThat(this.visit.writeFailures()).hasSize(1);
        assertThat(this.facilitator.settlements()).hasSizeLessThan(2);
    }

    @Test
    void streamWhenSettledThenItsFirstBytesArriveBeforeItsLastAreWritten() throws Exception {
        try (Call call = this.customer.client().open(paying("/trap/patient-large"))) {
            call.await("CANARY-first");
            assertThat(this.facilitator.settlements()).hasSize(1);
            this.visit.letGoOn();
            RawResponse response = call.response();
            assertThat(response.text()).isEqualTo("CANARY-first CANARY-last");
            assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        }
    }

    @Test
    void streamWhenItBreaksAfterItsFirstByteThenItWasSettledAndIsVisiblyIncomplete() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/broken-stream").header("Connection", "keep-alive"));
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(response.complete()).as(response.rawText()).isFalse();
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void streamWhenAHeaderIsSetAfterItsFirstByteThenItIsStillDelivered() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/two-headers-late"));
        assertThat(response.text()).isEqualTo("CANARY-first CANARY-last");
        assertThat(response.complete()).isTrue();
    }

    @RepeatedTest(100)
    void writersWhenTheyRaceWithTheReturningHandlerThenSettledOnceAndNothingIsLost() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/race"));
        StringBuilder everything = new StringBuilder();
        for (int event = 0; event < 50; event++) {
            everything.append("CANARY-").append(event).append(' ');
        }
        assertThat(response.text()).isEqualTo(everything.toString());
        assertThat(response.complete()).isTrue();
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @RepeatedTest(100)
    void writersWhenTheyRaceWithARefusalThenRefusedOnceAndNothingLeaks() throws Exception {
        RawRequest payment = paying("/trap/race");
        Outcome.SETTLE_REFUSED.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(402);
        assertThat(response.complete()).isTrue();
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    private RawRequest paying(String path) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get(path));
        this.visit = this.journal.begin();
        this.ledger.begin();
        return payment;
    }

}
