package io.github.x402spring.gate;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.limit.StubExposureLedger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What becomes of the share of a limit that a payment took.
 */
class PaymentGateExposureTests {

    private final StubExposureLedger limits = new StubExposureLedger();

    private final GateFixture fixture = new GateFixture(new ExposureGuard(
            List.of(new ExposureRule(new ExposureLimit("runs", null, 5L, Duration.ofHours(1)), Per.PAYER, Set.of(),
                    Set.of())),
            this.limits, new InMemoryLedgers(new MutableClock(GateFixture.NOW), 10).tasks(Duration.ofDays(1)),
            new AssetRegistry(List.of())));

    @Test
    void settleWhenSettledThenTheShareIsCommittedForGood() {
        AdmittedPayment admitted = this.fixture.admit();
        ExposureResult.Reserved share = this.limits.granted.get(0);
        this.fixture.gate.settle(admitted);
        assertThat(this.limits.committed).containsExactly(share);
        assertNothingGivenBack();
    }

    @Test
    void settleWhenRefusedThenTheShareIsGivenBack() {
        this.fixture.facilitator.onSettle(GateFixture.failed("invalid_exact_evm_insufficient_balance", ""));
        AdmittedPayment admitted = this.fixture.admit();
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Refused.class);
        assertThat(this.limits.givenBack).hasSize(1);
        assertThat(this.limits.held).isEmpty();
    }

    @Test
    void settleWhenUnknownThenTheShareIsHeldForWhoeverLearnsTheOutcome() {
        this.fixture.facilitator.onSettle(GateFixture.failed("transaction_failed", ""));
        AdmittedPayment admitted = this.fixture.admit();
        ExposureResult.Reserved share = this.limits.granted.get(0);
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Unknown.class);
        assertThat(this.limits.held).containsExactly(entry(GateFixture.KEY, share.commit()));
        assertThat(this.limits.givenBack).isEmpty();
    }

    @Test
    void settleWhenTheReservationIsLostThenTheShareIsGivenBack() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.ledger.voidReservations();
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Unknown.class);
        assertThat(this.limits.givenBack).hasSize(1);
    }

    @Test
    void releaseWhenNothingIsSettledThenTheShareIsGivenBackOnce() {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.gate.release(admitted);
        this.fixture.gate.release(admitted);
        assertThat(this.limits.givenBack).hasSize(1);
    }

    @Test
    void admitWhenALimitIsReachedThenRefusedAndTheReservationIsReleased() {
        this.limits.wait = Duration.ofMinutes(1);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOfSatisfying(Refused.class,
                (refused) -> assertThat(refused.denial().reason()).isEqualTo(Reason.LIMIT_REACHED));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenTheHandlerRunsAgainThenThatRunIsCounted() {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.LOST, 1)));
        this.fixture.ledger.answerRedeliver(new Reservation(GateFixture.KEY, "taken", false));
        this.fixture.admit();
        assertThat(this.limits.reserved).hasSize(1);
        assertThat(this.limits.committed).hasSize(1);
    }

    @Test
    void admitWhenItIsTheFirstRunThenItWasCountedBefore() {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.NOT_BEGUN, 0)));
        this.fixture.ledger.answerRedeliver(new Reservation(GateFixture.KEY, "taken", false));
        this.fixture.admit();
        assertThat(this.limits.reserved).isEmpty();
    }

    private void assertNothingGivenBack() {
        assertThat(this.limits.givenBack).isEmpty();
        assertThat(this.limits.held).isEmpty();
    }

}
