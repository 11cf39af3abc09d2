package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.exchange.PaymentIdentifierMode;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402KeepResponsePropertiesTests {

    @Test
    void bindWhenNothingIsSetThenDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new X402LedgerProperties.KeepResponse(false, DataSize.ofKilobytes(64),
                DataSize.ofMegabytes(16), Duration.ofMinutes(10), null));
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("x402", X402Properties.class)
            .payments()
            .identifier()).isEqualTo(PaymentIdentifierMode.OPTIONAL);
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        String prefix = "x402.ledger.keep-response.";
        assertThat(bind(Map.of(prefix + "enabled", "true", prefix + "max-size", "1KB", prefix + "max-memory", "2MB",
                prefix + "time-to-live", "3s", prefix + "key", "k")))
            .isEqualTo(new X402LedgerProperties.KeepResponse(true, DataSize.ofKilobytes(1), DataSize.ofMegabytes(2),
                    Duration.ofSeconds(3), "k"));
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of("x402.payments.identifier", "false")))
            .bind("x402", X402Properties.class)
            .get()
            .payments()
            .identifier()).isEqualTo(PaymentIdentifierMode.OFF);
    }

    @Test
    void toStringWhenThereIsAKeyThenHidesIt() {
        assertThat(bind(Map.of("x402.ledger.keep-response.key", "c2VjcmV0"))).asString()
            .doesNotContain("c2VjcmV0")
            .contains("PT10M");
    }

    private static X402LedgerProperties.KeepResponse bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.ledger.keep-response",
                X402LedgerProperties.KeepResponse.class);
    }

}
