package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.gate.StoredResponses;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.shared.JdbcLedgers;

import static org.assertj.core.api.Assertions.assertThat;

class X402LedgerAutoConfigurationTests {

    private static final String ENABLED = "x402.ledger.keep-response.enabled=true";

    private static final String KEY = "x402.ledger.keep-response.key=";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    private final WebApplicationContextRunner withDatabase = this.runner
        .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
        .withPropertyValues("spring.datasource.url=jdbc:h2:mem:kept");

    @Test
    void whenNothingIsSetThenBeanIsMissing() {
        this.runner.run((context) -> assertThat(context).doesNotHaveBean(StoredResponses.class)
            .doesNotHaveBean(ResponseStore.class));
    }

    @Test
    void whenEnabledInMemoryThenBeanNeedsNoKey() {
        this.runner.withPropertyValues(ENABLED)
            .run((context) -> assertThat(context).hasSingleBean(ResponseStore.class)
                .hasSingleBean(StoredResponses.class));
    }

    @Test
    void whenEnabledThenAnswersAreForgottenEveryMinute() {
        Duration interval = Duration.ofMinutes(1);
        this.runner.withPropertyValues(ENABLED)
            .run((context) -> assertThat(context.getBean(LedgerMaintenance.class).chores())
                .extracting(LedgerChore::interval)
                .contains(interval));
        this.runner.run((context) -> assertThat(context.getBean(LedgerMaintenance.class).chores())
            .extracting(LedgerChore::interval)
            .isNotEmpty()
            .doesNotContain(interval));
    }

    @Test
    void whenEnabledWithADatabaseThenBeanIsThere() {
        this.withDatabase.withPropertyValues(ENABLED, KEY + Base64.getEncoder().encodeToString(new byte[32]))
            .run((context) -> assertThat(context).hasSingleBean(ResponseStore.class)
                .hasSingleBean(JdbcLedgers.class)
                .hasSingleBean(StoredResponses.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "c2hvcnQ=", "not base64!" })
    void whenTheKeyIsNoneThenStartFailsAndNamesThePropertyAndNotTheKey(String key) {
        WebApplicationContextRunner runner = this.withDatabase.withPropertyValues(ENABLED);
        (key.isEmpty() ? runner : runner.withPropertyValues(KEY + key)).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (failure) -> {
                    assertThat(failure.action()).contains("x402.ledger.keep-response.key", "openssl rand");
                    assertThat(failure).hasStackTraceContaining("32 bytes");
                    if (!key.isEmpty()) {
                        assertThat(failure.getMessage() + failure.action()).doesNotContain(key);
                    }
                });
        });
    }

    @Test
    void whenASizeIsOutOfRangeThenStartFails() {
        this.runner.withPropertyValues(ENABLED, "x402.ledger.keep-response.max-size=17MB")
            .run((context) -> assertThat(context).hasFailed());
    }

}
