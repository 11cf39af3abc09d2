package io.github.x402spring.e2e;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(600)
class FacilitatorServerBoundsTests {

    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void callWhenCallerSendsTooManyThenOnlyThatCallerWaits() throws Exception {
        try (FacilitatorApp app = FacilitatorApp.withFake("x402.facilitator.server.requests-per-minute=1")) {
            PaymentPayload payload = FacilitatorApp.payment().payload();
            app.client("alice").verify(payload, FacilitatorApp.TERMS, FacilitatorApp.RESOURCE);

            Answer verified = app.postAs("alice", FacilitatorApp.VERIFY, FacilitatorApp.body());
            Answer settled = app.postAs("alice", FacilitatorApp.SETTLE, FacilitatorApp.body());
            Answer supported = app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("alice"));

            assertThat(verified.status()).isEqualTo(429);
            assertThat(Long.parseLong(String.valueOf(verified.header("Retry-After")))).isBetween(1L, 61L);
            assertThat(verified.text()).isEqualTo("{\"error\":\"Too many requests\"}");
            assertThat(settled.status()).isEqualTo(429);
            assertThat(settled.json().path("errorReason").asString()).isEqualTo("settlement_not_sent");
            assertThat(supported.status()).isEqualTo(429);
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> app.client("alice").settle(payload, FacilitatorApp.TERMS, FacilitatorApp.RESOURCE));
            assertThatExceptionOfType(FacilitatorException.class)
                .isThrownBy(() -> app.client("alice").verify(payload, FacilitatorApp.TERMS, FacilitatorApp.RESOURCE));
            assertThat(app.fake().verifications()).hasSize(1);
            assertThat(app.fake().settlements()).isEmpty();
            assertThat(app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("bob")).status()).isEqualTo(200);
        }
    }

    @Test
    void verifyWhenAsManyAsMayBeAreUnderWayThenUnavailableAndSettleIsNot() throws Exception {
        try (FacilitatorApp app = FacilitatorApp.withFake("x402.facilitator.server.max-concurrent-requests=1")) {
            app.fake().onVerify((call) -> {
                await();
                return VerifyResponse.valid(null);
            });
            Future<Answer> first = Together
                .start(() -> app.postAs("alice", FacilitatorApp.VERIFY, FacilitatorApp.body()));
            ChainShop.await(() -> app.fake().verifications().size() == 1);

            Answer second = app.postAs("bob", FacilitatorApp.VERIFY, FacilitatorApp.body());
            Answer supported = app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("bob"));
            Answer settled = app.postAs("bob", FacilitatorApp.SETTLE, FacilitatorApp.body());
            this.released.countDown();

            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("Retry-After")).isEqualTo("5");
            assertThat(second.text()).isEqualTo("{\"error\":\"Too many requests are in flight\"}");
            assertThat(supported.status()).isEqualTo(503);
            assertThat(settled.status()).isEqualTo(200);
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(app.postAs("bob", FacilitatorApp.VERIFY, FacilitatorApp.body()).status()).isEqualTo(200);
        }
    }

    @Test
    void settleWhenAsManyAsMayBeAreUnderWayThenNotSentAndClientKnows() throws Exception {
        try (FacilitatorApp app = FacilitatorApp.withFake("x402.facilitator.server.max-concurrent-requests=1")) {
            app.fake().onSettle((call) -> {
                await();
                return SettleResponse.settled(null, "0xaa", call.requirements().network());
            });
            Future<Answer> first = Together
                .start(() -> app.postAs("alice", FacilitatorApp.SETTLE, FacilitatorApp.body()));
            ChainShop.await(() -> app.fake().settlements().size() == 1);

            assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> app.client("bob")
                .settle(FacilitatorApp.payment().payload(), FacilitatorApp.TERMS, FacilitatorApp.RESOURCE));
            this.released.countDown();

            assertThat(first.get().json().path("success").asBoolean()).isTrue();
            assertThat(app.fake().settlements()).hasSize(1);
        }
    }

    private void await() {
        try {
            this.released.await();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

}
