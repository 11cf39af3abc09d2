package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402HealthPropertiesTests {

    @Test
    void bindWhenNothingIsSaidThenAQuarterOfAnHour() {
        assertThat(bind(Map.of()).maxUnknownAge()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void bindWhenAnAgeIsSaidThenThatOne() {
        assertThat(bind(Map.of("x402.health.max-unknown-age", "90s")).maxUnknownAge())
            .isEqualTo(Duration.ofSeconds(90));
    }

    private static X402Properties.Health bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.health",
                X402Properties.Health.class);
    }

}
