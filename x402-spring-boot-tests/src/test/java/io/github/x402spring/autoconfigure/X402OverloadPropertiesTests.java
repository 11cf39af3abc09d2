package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.autoconfigure.X402Properties.FailedPayments;
import io.github.x402spring.autoconfigure.X402Properties.ReleasedPayments;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402OverloadPropertiesTests {

    @Test
    void bindWhenNothingIsSetThenDefaults() {
        Binder nothing = binder(Map.of());
        X402Properties properties = nothing.bindOrCreate("x402", X402Properties.class);
        assertThat(properties.payments().accepting()).isTrue();
        assertThat(properties.payments().failed()).isEqualTo(new FailedPayments(20, 100, Duration.ofMinutes(1)));
        assertThat(properties.payments().released())
            .isEqualTo(new ReleasedPayments(20, 100, 300, Duration.ofMinutes(1)));
        assertThat(nothing.bindOrCreate("x402.facilitator.circuit-breaker", X402Properties.CircuitBreaker.class))
            .isEqualTo(new X402Properties.CircuitBreaker(50, 20, Duration.ofSeconds(10)));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        Binder all = binder(Map.ofEntries(entry("x402.payments.accepting", "false"),
                entry("x402.payments.failed.per-payer", "3"), entry("x402.payments.failed.per-address", "4"),
                entry("x402.payments.failed.window", "5m"), entry("x402.payments.released.per-authorization", "9"),
                entry("x402.payments.released.per-payer", "10"), entry("x402.payments.released.per-address", "11"),
                entry("x402.payments.released.window", "12m"),
                entry("x402.facilitator.circuit-breaker.failure-rate", "6"),
                entry("x402.facilitator.circuit-breaker.window", "7"),
                entry("x402.facilitator.circuit-breaker.open-time", "8s")));
        X402Properties properties = all.bindOrCreate("x402", X402Properties.class);
        assertThat(properties.payments().accepting()).isFalse();
        assertThat(properties.payments().failed()).isEqualTo(new FailedPayments(3, 4, Duration.ofMinutes(5)));
        assertThat(properties.payments().released()).isEqualTo(new ReleasedPayments(9, 10, 11, Duration.ofMinutes(12)));
        assertThat(all.bindOrCreate("x402.facilitator.circuit-breaker", X402Properties.CircuitBreaker.class))
            .isEqualTo(new X402Properties.CircuitBreaker(6, 7, Duration.ofSeconds(8)));
    }

    private static Binder binder(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties));
    }

}
