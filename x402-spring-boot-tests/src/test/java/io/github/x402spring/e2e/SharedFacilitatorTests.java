package io.github.x402spring.e2e;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets a shop settle through another application.
 */
@Tag("waiting")
class SharedFacilitatorTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    @Test
    void buyWhenRelayerIsAnotherApplicationThenSettledOnceAndDelivered() {
        try (FacilitatorApp relayer = FacilitatorApp.withFake(); PaidApp shop = shop(relayer)) {
            PaymentDraft payment = shop.pay("/a").resource(PaidApp.challenge(shop.http().get("/a")).resource().toMap());
            Answer answer = shop.http().get("/a", PaidApp.signature(payment));
            Answer again = shop.http().get("/a", PaidApp.signature(payment));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("delivered a");
            assertThat(receipt(answer).transaction()).isEqualTo(FakeFacilitator.TRANSACTION);
            assertThat(again.status()).isEqualTo(409);
            assertThat(relayer.fake().verifications()).hasSize(1);
            assertThat(relayer.fake().settlements()).singleElement()
                .satisfies((call) -> assertThat(FacilitatorApp.json(call.payload().tree()))
                    .isEqualTo(FacilitatorApp.json(payment.tree())));
        }
    }

    @Test
    void buyWhenRelayerIsSimulatedThenSettledAndNonceIsUsed() {
        try (FacilitatorApp relayer = FacilitatorApp.start(List.of());
                PaidApp shop = shop(relayer, "x402.resource-base-url=https://shop.example");
                PaidApp other = shop(relayer, "x402.resource-base-url=https://shop.example")) {
            PaymentDraft payment = shop.pay("/a");
            Answer answer = shop.http().get("/a", PaidApp.signature(payment));
            Answer elsewhere = other.http().get("/a", PaidApp.signature(payment));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(receipt(answer).payer()).isEqualToIgnoringCase(PaidApp.WALLET.address());
            assertThat(elsewhere.status()).isEqualTo(409);
            assertThat(elsewhere.reason()).isEqualTo("payment_already_used");
            assertThat(elsewhere.json().at("/payment/charged").asString()).isEqualTo("unknown");
            assertThat(shop.deliveries().runs()).hasSize(1);
            assertThat(other.deliveries().runs()).isEmpty();
        }
    }

    @Test
    void buyWhenPaymentIsOfVersion1ThenSettled() {
        try (FacilitatorApp relayer = FacilitatorApp.withFake(); PaidApp shop = shop(relayer, "x402.web.v1=true")) {
            Answer answer = shop.http().get("/a", "X-PAYMENT: " + shop.pay("/a").v1Header());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(relayer.fake().settlements()).singleElement()
                .satisfies((call) -> assertThat(call.payload().x402Version()).isEqualTo(1));
        }
    }

    @Test
    void buyWhenRelayerHasSentNothingThenBuyerMayPresentThePaymentAnew() {
        try (FacilitatorApp relayer = FacilitatorApp.withFake(); PaidApp shop = shop(relayer)) {
            relayer.fake().onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("away", null)));
            PaymentDraft payment = shop.pay("/a");
            Answer unavailable = shop.http().get("/a", PaidApp.signature(payment));
            Answer answer = shop.http().get("/a", PaidApp.signature(payment));

            assertThat(unavailable.status()).isEqualTo(503);
            assertThat(unavailable.reason()).isEqualTo("temporarily_unavailable");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(relayer.fake().verifications()).hasSize(2);
        }
    }

    @Test
    void buyWhenRelayerLosesTrackThenUnknownAndNeverPaidAnew() {
        try (FacilitatorApp relayer = FacilitatorApp.withFake(); PaidApp shop = shop(relayer)) {
            FacilitatorException lost = new FacilitatorException("lost", null);
            relayer.fake().onSettle(FakeFacilitator.failure(lost)).onSettle(FakeFacilitator.failure(lost));
            PaymentDraft payment = shop.pay("/a");
            Answer unknown = shop.http().get("/a", PaidApp.signature(payment));
            Answer answer = shop.http().get("/a", PaidApp.signature(payment));

            assertThat(unknown.status()).isEqualTo(503);
            assertThat(unknown.reason()).isEqualTo("settlement_pending");
            assertThat(unknown.header("PAYMENT-REQUIRED")).isNull();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(relayer.fake().settlements()).hasSize(3);
        }
    }

    @Test
    void buyWhenShopHasNoCredentialsThenUnavailableAndNotCharged() {
        try (FacilitatorApp relayer = FacilitatorApp.withFake();
                PaidApp shop = PaidApp.start(List.of(Shop.class), "x402.facilitator.url=" + relayer.url())) {
            Answer answer = shop.http().get("/a", PaidApp.signature(shop.pay("/a")));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.reason()).isEqualTo("temporarily_unavailable");
            assertThat(relayer.fake().verifications()).isEmpty();
        }
    }

    private static PaidApp shop(FacilitatorApp relayer, String... properties) {
        String[] all = Stream.concat(Stream.of("x402.facilitator.url=" + relayer.url()), Stream.of(properties))
            .toArray(String[]::new);
        return PaidApp.start(List.of(Shop.class, Credentials.class), all);
    }

    private static SettleResponse receipt(Answer answer) {
        return CODEC.decodeSettleResponse(String.valueOf(answer.header("PAYMENT-RESPONSE"))).orElseThrow();
    }

    @Configuration(proxyBeanMethods = false)
    static class Credentials {

        @Bean
        HttpFacilitatorCustomizer credentials() {
            return (builder) -> builder.defaultHeaders((headers) -> headers.setBasicAuth("alice", "secret"));
        }

    }

}
