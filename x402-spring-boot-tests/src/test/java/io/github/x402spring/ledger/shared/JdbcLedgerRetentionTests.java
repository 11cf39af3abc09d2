package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.x402spring.MutableClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JdbcLedgerRetentionTests {

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    @ParameterizedTest
    @CsvSource({ "P90D, PT0S, PT1H", "P90D, PT59M, PT1H", "P90D, PT1H0.001S, PT1H0.001S", "P90D, P1D, P1D",
            "P90D, P89DT23H, P89DT23H", "P90D, P90D, P90D", "P90D, P100D, P90D", "PT1H, P1D, PT1H", "PT2H, PT3H, PT2H",
            "P90D, -PT5H, PT1H" })
    void retentionWhenTheInstanceHasRunForATimeThenItVouchesForThatTimeAtMost(Duration configured, Duration running,
            Duration retention) {
        JdbcPaymentLedger ledger = ledger(configured);
        this.clock.advance(running);
        assertThat(ledger.retention()).isEqualTo(retention);
    }

    @Test
    void retentionWhenNotConfiguredThenTheLeast() {
        JdbcPaymentLedger ledger = new JdbcPaymentLedger(new DriverManagerDataSource(), "x402_", Duration.ofSeconds(3));
        assertThat(ledger.retention()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void createWhenRetentionIsBelowAnHourThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> ledger(Duration.ofMinutes(59)))
            .withMessageContaining("retention");
    }

    private JdbcPaymentLedger ledger(Duration retention) {
        return new JdbcPaymentLedger(new DriverManagerDataSource(), "x402_", Duration.ofSeconds(3), retention,
                this.clock);
    }

}
