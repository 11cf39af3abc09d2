package io.github.x402spring.autoconfigure.actuate;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402PaymentsEndpointPropertiesTests {

    @Test
    void bindWhenNothingIsSaidThenValuesAreShownToTheAuthorizedOnly() {
        assertThat(bind(Map.of()).showValues()).isEqualTo(Show.WHEN_AUTHORIZED);
        assertThat(bind(Map.of()).roles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "never,NEVER", "when-authorized,WHEN_AUTHORIZED", "always,ALWAYS" })
    void bindWhenShownAsSpringBootSaysItThenUnderstood(String value, Show show) {
        assertThat(bind(Map.of("management.endpoint.x402payments.show-values", value)).showValues()).isEqualTo(show);
    }

    @Test
    void bindWhenRolesAreNamedThenAllOfThem() {
        assertThat(bind(Map.of("management.endpoint.x402payments.roles", "AUDIT,SALES")).roles())
            .containsExactlyInAnyOrder("AUDIT", "SALES");
    }

    private static X402PaymentsEndpointProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
            .bindOrCreate("management.endpoint.x402payments", X402PaymentsEndpointProperties.class);
    }

}
