package io.github.x402spring.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class X402GatePropertiesTests {

    @Test
    void bindWhenNothingIsSetThenNotEnabled() {
        assertThat(bind(Map.of())).isEqualTo(new X402Properties.Gate(false));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        assertThat(bind(Map.of("x402.gate.enabled", "true"))).isEqualTo(new X402Properties.Gate(true));
    }

    private static X402Properties.Gate bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.gate",
                X402Properties.Gate.class);
    }

}
