package io.github.x402spring.autoconfigure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402ObservationPropertiesTests {

    private static final String KEY = "a key that is long enough";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @Test
    void propertiesWhenNothingIsSetThenDefaults() {
        this.runner.run((context) -> {
            assertThat(context.getBean(X402Properties.class).observations().payerKey()).isNull();
            assertThat(context).hasBean("x402PaymentNames");
        });
    }

    @Test
    void payerKeyWhenSetThenIsBoundAndNotPrinted() {
        this.runner.withPropertyValues("x402.observations.payer-key=" + KEY).run((context) -> {
            X402Properties properties = context.getBean(X402Properties.class);
            assertThat(properties.observations().payerKey()).isEqualTo(KEY);
            assertThat(properties.toString()).doesNotContain(KEY);
        });
    }

    @Test
    void payerKeyWhenTooShortThenStopsTheStartWithoutQuotingIt() {
        this.runner.withPropertyValues("x402.observations.payer-key=short-secret")
            .run((context) -> assertThat(context).getFailure()
                .rootCause()
                .isInstanceOf(InvalidX402ConfigurationException.class)
                .hasMessageNotContaining("short-secret"));
    }

}
