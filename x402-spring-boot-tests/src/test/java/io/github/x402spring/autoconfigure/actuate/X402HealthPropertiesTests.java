package io.github.x402spring.autoconfigure.actuate;

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
        assertThat(bind(Map.of("management.health.x402.max-unknown-age", "90s")).maxUnknownAge())
            .isEqualTo(Duration.ofSeconds(90));
    }

    private static X402HealthProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("management.health.x402",
                X402HealthProperties.class);
    }

}
