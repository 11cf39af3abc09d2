package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class X402RedeliveryPropertiesTests {

    @Test
    void bindWhenNothingIsSetThenTwoRunsForTenMinutes() {
        assertThat(bind(Map.of())).isEqualTo(new X402Properties.Redelivery(2, Duration.ofMinutes(10)));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        assertThat(bind(Map.of("x402.payments.redelivery.max-runs", "0", "x402.payments.redelivery.window", "1h")))
            .isEqualTo(new X402Properties.Redelivery(0, Duration.ofHours(1)));
    }

    private static X402Properties.Redelivery bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.payments.redelivery",
                X402Properties.Redelivery.class);
    }

}
