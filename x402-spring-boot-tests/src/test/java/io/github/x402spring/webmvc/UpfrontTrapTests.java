package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class UpfrontTrapTests extends PaidShopFixture {

    @Test
    void challengeWhenSettledBeforehandThenItSaysSo() throws Exception {
        PaymentRequired terms = ShopCustomer.terms(this.customer.send(RawRequest.get("/upfront/string"))).orElseThrow();
        assertThat(terms.accepts().get(0).extraText("paymentFlow")).contains("upfront");
    }

    @Test
    void handlerWhenItRunsThenThePaymentIsSettledAlready() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/upfront/string"));
        this.facilitator.onSettle((call) -> {
            assertThat(this.visit.runs()).isZero();
            return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, call.requirements().network());
        });
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(200);
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
    }

    @ParameterizedTest
    @EnumSource(names = { "STRING", "EXCEPTION_HANDLER_CONFLICT", "SEND_ERROR", "NOT_MODIFIED", "STREAM",
            "SSE_FROM_THE_START", "RAW_ASYNC_QUICK" })
    void answerWhenItIsNoSuccessThenItStillCarriesTheReceipt(HandlerKind kind) throws Exception {
        RawRequest payment = this.customer.paying(kind.request("/upfront"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(kind.status());
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
    }

    @Test
    void handlerWhenItFailsThenTheAnswerStillCarriesTheReceipt() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/upfront/string?fail=1"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(500);
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(response.leaks("CANARY")).isFalse();
    }

}
