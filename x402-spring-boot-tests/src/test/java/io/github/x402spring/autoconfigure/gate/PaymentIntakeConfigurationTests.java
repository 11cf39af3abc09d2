package io.github.x402spring.autoconfigure.gate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.limit.PaymentIntake;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentIntakeConfigurationTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @Test
    void whenNothingIsSaidThenBeanTakesPayments() {
        this.runner.run((context) -> assertThat(context.getBean(PaymentIntake.class).accepting()).isTrue());
    }

    @Test
    void whenNotAcceptingThenBeanTakesNone() {
        this.runner.withPropertyValues("x402.payments.accepting=false")
            .run((context) -> assertThat(context.getBean(PaymentIntake.class).accepting()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = { "per-payer=0", "per-payer=100", "per-address=0", "window=1s", "window=1d" })
    void whenALimitIsAtItsBoundThenStarts(String property) {
        this.runner.withPropertyValues("x402.payments.failed." + property)
            .run((context) -> assertThat(context).hasSingleBean(PaymentIntake.class));
    }

    @ParameterizedTest
    @CsvSource({ "per-authorization=-1,perAuthorization", "per-payer=-1,perPayer", "per-address=-1,perAddress",
            "window=999ms,window", "window=86401s,window" })
    void whenALimitOfReleasedPaymentsIsBeyondItsBoundThenNamesIt(String property, String named) {
        this.runner.withPropertyValues("x402.payments.released." + property)
            .run((context) -> assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (failure) -> {
                    assertThat(failure).hasMessageContaining("'" + named + "'");
                    assertThat(failure.action()).contains("x402.payments.released.per-authorization");
                }));
    }

    @ParameterizedTest
    @CsvSource({ "per-payer=-1,perPayer", "per-payer=101,perPayer", "per-address=-1,perAddress", "window=999ms,window",
            "window=86401s,window" })
    void whenALimitIsBeyondItsBoundThenNamesIt(String property, String named) {
        this.runner.withPropertyValues("x402.payments.failed." + property)
            .run((context) -> assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (failure) -> {
                    assertThat(failure).hasMessageContaining("'" + named + "'");
                    assertThat(failure.action()).contains("x402.payments.failed.per-payer");
                }));
    }

}
