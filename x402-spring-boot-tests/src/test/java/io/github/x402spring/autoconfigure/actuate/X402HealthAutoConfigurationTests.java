package io.github.x402spring.autoconfigure.actuate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402HealthAutoConfigurationTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withConfiguration(AutoConfigurations.of(X402HealthAutoConfiguration.class));

    @Test
    void whenThereIsHealthThenPaymentsHaveTheirs() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(X402HealthIndicator.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "0s", "-1m" })
    void whenTheAgeIsNoTimeThenSaysWhatToSet(String age) {
        this.runner.withPropertyValues("management.health.x402.max-unknown-age=" + age).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains("management.health.x402.max-unknown-age"));
        });
    }

}
