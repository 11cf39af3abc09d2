package io.github.x402spring.autoconfigure.ledger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.ledger.PaymentLedger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class MissingLedgerConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402SharedLedgerAutoConfiguration.class));

    @ParameterizedTest
    @CsvSource({ "jdbc,spring.datasource.url", "redis,spring.data.redis.url" })
    void whenTheChosenLedgerHasNoPlaceThenFailsRatherThanForgets(String type, String remedy) {
        this.runner.withPropertyValues("x402.ledger.type=" + type)
            .run((context) -> assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (failure) -> {
                    assertThat(failure).hasMessageContaining("x402.ledger.type is " + type);
                    assertThat(failure.action()).contains(remedy, "memory");
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdbc", "redis" })
    void whenThereIsALedgerThenStarts(String type) {
        this.runner.withBean(PaymentLedger.class, () -> mock(PaymentLedger.class))
            .withPropertyValues("x402.ledger.type=" + type)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void whenMemoryIsChosenThenStarts() {
        this.runner.withPropertyValues("x402.ledger.type=memory").run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void whenNoneIsChosenThenStarts() {
        this.runner.run((context) -> assertThat(context).hasNotFailed());
    }

}
