package io.github.x402spring.webmvc;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.Call;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
@PaidShopTest
class InvariantTests extends PaidShopFixture {

    static Stream<HandlerKind> sales() {
        return Stream.of(HandlerKind.values()).filter(HandlerKind::sale);
    }

    @ParameterizedTest
    @MethodSource("sales")
    void noDeliveryWithoutSettlementWhenTheFacilitatorHasNotAnswered(HandlerKind kind) throws Exception {
        RawRequest payment = this.customer.paying(kind.request("/paid"));
        ShopVisit visit = this.journal.begin();
        this.facilitator.onSettle((call) -> {
            visit.settlementBegins();
            visit.awaitGoOn();
            return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, call.requirements().network());
        });
        try (Call call = this.customer.client().open(payment)) {
            visit.awaitSettlement();
            assertThat(call.available()).isZero();
            visit.letGoOn();
            RawResponse response = call.response();
            assertThat(response.status()).isEqualTo(kind.status());
            assertThat(response.leaks("CANARY")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "HEAD", "OPTIONS" })
    void noChargeWithoutDeliveryWhenThereIsNothingToDeliver(String method) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        this.customer.send(payment.method(method));
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = { "HANDLER_THROWS", "DENIED_BY_ENDPOINT", "DENIED_BY_METHOD_SECURITY" })
    void noChargeWithoutDeliveryWhenTheHandlerDoesNotAnswer(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(HandlerKind.STRING.request(outcome.shop(), outcome.query())
            .header("Authorization", PaidShop.BASIC_CREDENTIALS));
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_UNKNOWN", "SETTLE_PENDING", "SETTLE_BROKEN", "UPFRONT_UNKNOWN" })
    void unknownIsNotFailedWhenTheOutcomeIsLost(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(HandlerKind.STRING.request(outcome.shop(), outcome.query()));
        outcome.script(this.facilitator);
        RawResponse lost = this.customer.send(payment);
        assertThat(lost.status()).isEqualTo(503);
        assertThat(lost.all("Retry-After")).isNotEmpty();
        assertThat(ShopCustomer.terms(lost)).isEmpty();
        RawResponse found = this.customer.send(payment);
        assertThat(found.status()).isEqualTo(200);
        assertThat(ShopCustomer.receipt(found).map(SettleResponse::success)).contains(true);
    }

}
