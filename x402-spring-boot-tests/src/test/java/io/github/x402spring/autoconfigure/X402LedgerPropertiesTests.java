package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.autoconfigure.X402LedgerProperties.Jdbc;
import io.github.x402spring.autoconfigure.X402LedgerProperties.KeepResponse;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Redis;
import io.github.x402spring.autoconfigure.X402LedgerProperties.SchemaInitialization;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Type;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402LedgerPropertiesTests {

    private static final KeepResponse KEEP_NOTHING = new KeepResponse(false, DataSize.ofKilobytes(64),
            DataSize.ofMegabytes(16), Duration.ofMinutes(10), null);

    @Test
    void bindWhenNothingIsSetThenDefaults() {
        assertThat(bind(Map.of()))
            .isEqualTo(new X402LedgerProperties(null, 100_000, Duration.ofMinutes(2), Duration.ofSeconds(30),
                    new Jdbc(SchemaInitialization.EMBEDDED, "x402_", Duration.ofSeconds(3), Duration.ofDays(90)),
                    new Redis("{x402}:", Duration.ofHours(24)), KEEP_NOTHING));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        Map<String, String> properties = new HashMap<>(Map.of("x402.ledger.type", "jdbc", "x402.ledger.max-entries",
                "5", "x402.ledger.recover-after", "6m", "x402.ledger.reconcile-interval", "4s"));
        properties.putAll(Map.of("x402.ledger.jdbc.initialize-schema", "never", "x402.ledger.jdbc.table-prefix", "pay_",
                "x402.ledger.jdbc.query-timeout", "9s", "x402.ledger.jdbc.retention", "8h",
                "x402.ledger.redis.key-prefix", "pay:", "x402.ledger.redis.retention", "7h"));
        assertThat(bind(properties))
            .isEqualTo(new X402LedgerProperties(Type.JDBC, 5, Duration.ofMinutes(6), Duration.ofSeconds(4),
                    new Jdbc(SchemaInitialization.NEVER, "pay_", Duration.ofSeconds(9), Duration.ofHours(8)),
                    new Redis("pay:", Duration.ofHours(7)), KEEP_NOTHING));
    }

    private static X402LedgerProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.ledger",
                X402LedgerProperties.class);
    }

}
