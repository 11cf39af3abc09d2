package io.github.x402spring.security;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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

    @ParameterizedTest
    @MethodSource("noNumbers")
    void carryOutWhenALimitOrWindowIsNoWholeNumberThenRefused(@Nullable Object value) {
        for (String attribute : new String[] { "limit", "window_seconds" }) {
            Map<String, @Nullable Object> attributes = new HashMap<>(ONCE_A_MINUTE.attributes());
            attributes.put(attribute, value);
            AuthorizationResult result = this.handler.carryOut(new PolicyObligation("rate_limit", attributes),
                    PaidRequests.request());
            assertThat(result.isGranted()).isFalse();
            assertThat(result).isNotInstanceOf(X402AuthorizationDecision.class);
        }
        assertThat(carriesOut(0)).isTrue();
    }

    static Stream<@Nullable Object> noNumbers() {
        BigInteger wrapped = BigInteger.TWO.pow(64);
        return Stream.of(null, "5", "", true, List.of(5), Map.of("value", 5), 5.5, 0.5f, Double.NaN,
                Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -1L, Integer.MIN_VALUE, Long.MIN_VALUE,
                new BigDecimal("5.5"), new BigDecimal("1E+30"), new AtomicLong(5), wrapped,
                wrapped.add(BigInteger.valueOf(5)), wrapped.negate().add(BigInteger.valueOf(5)),
                wrapped.shiftLeft(64).add(BigInteger.valueOf(5)), wrapped.negate(), BigInteger.TWO.pow(63),
                BigInteger.TWO.pow(63).negate(), BigInteger.valueOf(-1), BigInteger.TEN.pow(400));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void carryOutWhenALimitIsAWholeNumberThenSoManyRequests(Number limit, int requests) {
        PolicyObligation obligation = new PolicyObligation("rate_limit",
                Map.of("limit", limit, "window_seconds", BigInteger.valueOf(60)));
        for (int i = 0; i < requests; i++) {
            assertThat(this.handler.carryOut(obligation, PaidRequests.request()).isGranted()).isTrue();
        }
        assertThat(this.handler.carryOut(obligation, PaidRequests.request()).isGranted())
            .isEqualTo(limit.doubleValue() > 5);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(arguments(0, 0), arguments(5, 5), arguments(5L, 5), arguments(BigInteger.valueOf(5), 5),
                arguments(5.0, 5), arguments(new BigDecimal("5.0"), 5), arguments(new BigDecimal("0.5E+1"), 5),
                arguments(Long.MAX_VALUE, 9), arguments(BigInteger.valueOf(Long.MAX_VALUE), 9));
    }

    private boolean carriesOut(int payer) {
        Instant time = this.now.get();
        VerifiedPayment payment = new VerifiedPayment("weather", "https://api.example.test/weather", "exact",
                Network.parse("base-sepolia"), "0x01", TokenAmount.of(1), "0x02", "0x" + payer, time);
        PaidRequest request = new PaidRequest(RequestData.plain(),
                new PaidEndpointDefinition("weather", "", "", null, PaymentFlow.AUTHORIZATION, false), payment);
        return this.handler.carryOut(ONCE_A_MINUTE, request).isGranted();
    }

}
