package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class DispatchTrapTests extends PaidShopFixture {

    @Test
    void headWhenNothingIsPaidThenChallengedWithoutBody() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/paid/string").method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.body()).isEmpty();
        assertThat(this.visit.runs()).isZero();
    }

    @Test
    void headWhenPaidThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.body()).isEmpty();
        assertNothingSold();
        assertThat(this.customer.send(payment).status()).isEqualTo(200);
    }

    @Test
    void headWhenEveryMethodIsMappedThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/any-method"));
        RawResponse response = this.customer.send(payment.method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(response.body()).isEmpty();
        assertNothingSold();
    }

    @Test
    void optionsWhenAskedThenFreeAndTheHandlerDoesNotRun() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.method("OPTIONS"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.first("Allow")).contains("GET");
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void optionsWhenTheHandlerIsMappedToEveryMethodThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/any-method"));
        RawResponse response = this.customer.send(payment.method("OPTIONS"));
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void preflightWhenSentThenNotChallenged() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/paid/string")
            .method("OPTIONS")
            .header("Origin", "https://shop.example.test")
            .header("Access-Control-Request-Method", "GET"));
        assertThat(response.status()).isNotEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isEmpty();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/forward-view" })
    void forwardWhenNothingIsPaidThenChallengedAndTheHandlerDoesNotRun(String path) throws Exception {
        RawResponse response = this.customer.send(RawRequest.get(path));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/forward-view", "/twin/dispatch" })
    void forwardWhenPaidThenDeliveredWithAReceipt(String path) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("CANARY-string äöü");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(response.first("Cache-Control")).containsAnyOf("private", "no-store");
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED" })
    void forwardWhenNotSettledThenNothingIsDelivered(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/forward"));
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.complete()).isTrue();
    }

    @Test
    void forwardWhenFromOnePaidHandlerIntoAnotherThenTheSecondIsGatedToo() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/paid-into-paid"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertNothingSold();
    }

    @Test
    void includeWhenNothingIsPaidThenChallengedWithoutTheFragment() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/twin/include"));
        assertThat(response.status()).as(response.rawText()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.text()).doesNotContain("before", "after");
        assertNothingSold();
    }

    @ParameterizedTest
    @CsvSource({ "/twin/include, CANARY-string äöü", "/twin/include-text, CANARY-view CANARY-price" })
    void includeWhenPaidThenThePageIsDeliveredWithTheFragmentInItsPlace(String path, String fragment) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("before " + fragment + " after");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED" })
    void includeWhenNotSettledThenNothingIsDelivered(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/include"));
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).as(response.rawText()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).isFalse();
    }

    @Test
    void asyncDispatchWhenNothingIsPaidThenChallengedAndTheHandlerDoesNotRun() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/twin/dispatch"));
        assertThat(response.status()).as(response.rawText()).isEqualTo(402);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void errorDispatchWhenAPaymentIsPresentedThenFree() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.target("/twin/error"));
        assertThat(ShopCustomer.terms(response)).isEmpty();
        assertNothingSold();
    }

    @Test
    void answerWhenItIsNoSaleThenAForgedReceiptIsDropped() throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/trap/forged-receipt")));
        assertThat(response.status()).isEqualTo(409);
        assertThat(response.all("PAYMENT-RESPONSE")).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void mappingWhenItLeavesInterceptorsOutThenTheHandlerIsGatedAllTheSame() throws Exception {
        RawResponse free = this.customer.send(RawRequest.get("/twin/bare"));
        assertThat(free.status()).isEqualTo(402);
        assertThat(free.leaks("CANARY")).isFalse();
        assertNothingSold();
        RawResponse paid = this.customer.send(this.customer.paying(RawRequest.get("/twin/bare")));
        assertThat(paid.text()).isEqualTo("CANARY-string äöü");
        assertThat(ShopCustomer.receipt(paid).map(SettleResponse::success)).contains(true);
    }

    private void assertNothingSold() {
        assertThat(this.visit.runs()).isZero();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

}
