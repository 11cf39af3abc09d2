package io.github.x402spring.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RateLimitObligationHandlerTests {

    private static final PolicyObligation ONCE_A_MINUTE = new PolicyObligation("rate_limit",
            Map.of("limit", 1, "window_seconds", 60));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

    private final RateLimitObligationHandler handler = new RateLimitObligationHandler(new Clock() {

        @Override
        public Instant instant() {
            return RateLimitObligationHandlerTests.this.now.get();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

    });

    @Test
    void carryOutWhenTheWindowIsOverThenCountedAnew() {
        assertThat(carriesOut(0)).isTrue();
        assertThat(carriesOut(0)).isFalse();
        this.now.updateAndGet((instant) -> instant.plus(Duration.ofSeconds(60)));
        assertThat(carriesOut(0)).isTrue();
    }

    @Test
    void carryOutWhenManyPayersFillItThenNoLimitIsLifted() {
        assertThat(carriesOut(0)).isTrue();
        for (int payer = 1; payer < 10_000; payer++) {
            assertThat(carriesOut(payer)).isTrue();
        }
        assertThat(carriesOut(10_000)).isFalse();
        assertThat(carriesOut(0)).isFalse();
        this.now.updateAndGet((instant) -> instant.plus(Duration.ofSeconds(60)));
        assertThat(carriesOut(10_000)).isTrue();
    }

    private boolean carriesOut(int payer) {
        Instant time = this.now.get();
        VerifiedPayment payment = new VerifiedPayment("weather", "https://api.example.test/weather", "exact",
                Network.parse("base-sepolia"), "0x01", TokenAmount.of(1), "0x02", "0x" + payer, time);
        PaidRequest request = new PaidRequest(new MockHttpServletRequest(),
                new PaidEndpointDefinition("weather", "", "", null, PaymentFlow.AUTHORIZATION, false), payment);
        return this.handler.carryOut(ONCE_A_MINUTE, request).isGranted();
    }

}
