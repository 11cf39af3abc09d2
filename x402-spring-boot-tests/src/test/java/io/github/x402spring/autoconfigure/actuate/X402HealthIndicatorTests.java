package io.github.x402spring.autoconfigure.actuate;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class X402HealthIndicatorTests {

    private static final Duration MAX_AGE = Duration.ofMinutes(15);

    private final SellerFixture seller = new SellerFixture();

    private Map<String, Long> concerns = Map.of();

    @ParameterizedTest
    @CsvSource({ "CLOSED,CLOSED,UP", "NONE,NONE,UP", "HALF_OPEN,HALF_OPEN,UP", "OPEN,CLOSED,DOWN", "CLOSED,OPEN,DOWN" })
    void healthWhenACircuitIsOpenThenDown(State verify, State settle, String status) {
        this.seller.circuits.verify = verify;
        this.seller.circuits.settle = settle;
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(new Status(status));
        assertThat(health.getDetails()).containsEntry("verify", verify.name()).containsEntry("settle", settle.name());
    }

    @Test
    void healthWhenNoSettlementIsUnknownThenNamesNoOldest() {
        this.seller.settle(1, "ann");
        assertThat(health().getDetails()).containsEntry("unknownSettlements", 0L)
            .doesNotContainKey("oldestUnknownSettlement");
    }

    @ParameterizedTest
    @CsvSource({ "PT0S,UP", "PT15M,UP", "PT15M0.001S,DEGRADED" })
    void healthWhenASettlementIsUnknownForLongerThanAllowedThenDegraded(Duration age, String status) {
        this.seller.leaveUnknown(1, "ann");
        this.seller.clock.advance(age);
        this.seller.leaveUnknown(2, "ann");
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(new Status(status));
        assertThat(health.getDetails()).containsEntry("unknownSettlements", 2L)
            .containsEntry("oldestUnknownSettlement", SellerFixture.NOW);
    }

    @ParameterizedTest
    @CsvSource({ "0, 0, CLOSED, UP", "1, 0, CLOSED, DEGRADED", "7, 0, CLOSED, DEGRADED", "1, 0, OPEN, DOWN",
            "0, 1, CLOSED, DEGRADED", "0, 1, OPEN, DOWN" })
    void healthWhenAnOperatorHasToLookThenDegraded(long mismatches, long gaps, State settle, String status) {
        this.concerns = Map.of("mismatchedSettlements", mismatches, "relayerGaps", gaps);
        this.seller.circuits.settle = settle;
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(new Status(status));
        assertThat(health.getDetails()).containsEntry("mismatchedSettlements", mismatches)
            .containsEntry("relayerGaps", gaps);
    }

    @Test
    void healthWhenBothAreWrongThenDown() {
        this.seller.leaveUnknown(1, "ann");
        this.seller.clock.advance(MAX_AGE.multipliedBy(2));
        this.seller.circuits.settle = State.OPEN;
        assertThat(health().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void healthWhenTheLedgerIsDownThenDownAndStillSaysHowTheFacilitatorIs() {
        PaymentHistory down = mock(PaymentHistory.class);
        given(down.unknown()).willThrow(new LedgerException("down", null));
        this.seller.history = down;
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("settle", "CLOSED").doesNotContainKey("unknownSettlements");
    }

    private Health health() {
        return new X402HealthIndicator(this.seller.history, this.seller.circuits, MAX_AGE, () -> this.concerns,
                this.seller.clock)
            .health();
    }

}
