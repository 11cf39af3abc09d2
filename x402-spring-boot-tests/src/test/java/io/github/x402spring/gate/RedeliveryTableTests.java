package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Every state in which a settled payment may be presented again.
 */
class RedeliveryTableTests {

    private static final String DIGEST = "ab".repeat(32);

    private static final Reservation TAKEN = new Reservation(GateFixture.KEY, "taken", false);

    private static final Duration WINDOW = RedeliveryLimits.DEFAULT.window();

    private final GateFixture fixture = new GateFixture();

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Delivery delivery : Delivery.values()) {
            for (boolean begun : new boolean[] { false, true }) {
                for (@Nullable
                String digest : new @Nullable String[] { null, DIGEST }) {
                    for (int runs = 0; runs <= 4; runs++) {
                        for (boolean repeatable : new boolean[] { false, true }) {
                            for (Ended ended : Ended.values()) {
                                rows.add(new Row(delivery, begun, digest, runs, repeatable, ended));
                            }
                        }
                    }
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void admitWhenSettledThenAsTheTableSays(Row row) {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(row.payment()));
        this.fixture.ledger.answerRedeliver(TAKEN);
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.repeatable = row.repeatable();

        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attemptOf(exchange));

        Reason refusal = row.refusal();
        if (refusal != null) {
            assertThat(decision).isEqualTo(new Refused(refusal));
            assertThat(this.fixture.journal).doesNotContain("ledger.redeliver");
            return;
        }
        AdmittedPayment admitted = ((Admitted) decision).admitted();
        assertThat(admitted.reservation()).isEqualTo(TAKEN);
        assertThat(admitted.receipt()).isNotNull();
        assertThat(admitted.deliverable(DIGEST)).isEqualTo(!row.begun() || row.digest() != null);
        assertThat(admitted.deliverable("cd".repeat(32))).isEqualTo(!row.begun());
        assertThat(admitted.deliverable(null)).isEqualTo(!row.begun());
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void rowsWhenCountedThenSomeOfEachKind() {
        assertThat(rows().map(Row::refusal)).contains(null, Reason.PAYMENT_ALREADY_USED, Reason.PAYMENT_IN_FLIGHT,
                Reason.ANSWER_UNAVAILABLE);
        assertThat(rows().filter((row) -> row.refusal() == null && row.begun() && row.delivery() == Delivery.LOST))
            .isNotEmpty()
            .allMatch((row) -> row.digest() != null && row.repeatable() && row.runs() <= 2);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void admitWhenStoredThenGivenWhateverTheRunsAndTheTime(Row row) {
        StoredResponses answers = new StoredResponses(
                new InMemoryLedgers(Clock.systemUTC(), 1).responses(Duration.ofMinutes(1), 1_000_000), new byte[32],
                100);
        GateFixture keeping = new GateFixture(Verification.BOTH, answers);
        answers.store(keeping.admit(), new byte[] { 7 });
        keeping.journal.clear();
        keeping.ledger.answerReserve(new ReserveResult.Settled(row.payment()));
        keeping.ledger.answerRepeat(TAKEN);
        StubExchange exchange = keeping.exchange("/report");
        exchange.repeatable = row.repeatable();

        PaymentDecision decision = keeping.gate.admit(keeping.attemptOf(exchange));

        if (row.delivery() == Delivery.IN_FLIGHT) {
            assertThat(decision).isEqualTo(new Refused(Reason.PAYMENT_IN_FLIGHT));
            return;
        }
        AdmittedPayment admitted = ((Admitted) decision).admitted();
        assertThat(admitted.storedResponse()).containsExactly(7);
        assertThat(admitted.deliverable(null)).isTrue();
        assertThat(keeping.journal).doesNotContain("ledger.redeliver");
        assertThat(keeping.journal.contains("ledger.repeat")).isEqualTo(row.delivery() != Delivery.DELIVERED);
    }

    @Test
    void admitWhenThePolicyDeniesTheFirstDeliveryThenItStaysTheFirst() {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.NOT_BEGUN, 0)));
        this.fixture.ledger.answerRedeliver(TAKEN);
        for (Reason reason : List.of(Reason.FORBIDDEN, Reason.LIMIT_REACHED)) {
            this.fixture.authorizer.permission = new Permission.Denied(Denial.of(reason));
            assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Refused.class);
        }
        this.fixture.authorizer.policyFailure = new IllegalStateException("down");
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Refused.class);
        assertThat(this.fixture.journal).doesNotContain("ledger.redeliver", "ledger.undelivered");
        this.fixture.authorizer.policyFailure = null;
        this.fixture.authorizer.permission = new Permission.Granted(null);
        assertThat(this.fixture.admit().receipt()).isNotNull();
    }

    @Test
    void admitWhenTheLedgerIsDownThenNotSaidToBeUncharged() {
        this.fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.LOST, 1)));
        this.fixture.ledger.failOn(Operation.REDELIVER, new LedgerException("down", null));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        this.fixture.ledger.recover();
        this.fixture.ledger.answerRedeliver(TAKEN);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void leaveWhenTheSettlementBecameKnownLaterThenTheWindowBeginsThere() {
        Instant known = GateFixture.VALID_BEFORE.plusSeconds(3600);
        StoredPayment late = payment(Delivery.LOST, false, null, 1, known);
        assertThat(RedeliveryLimits.DEFAULT.allow(late, known.plus(WINDOW).minusMillis(1))).isTrue();
        assertThat(RedeliveryLimits.DEFAULT.allow(late, known.plus(WINDOW))).isFalse();
        StoredPayment early = payment(Delivery.LOST, false, null, 1, GateFixture.NOW);
        assertThat(RedeliveryLimits.DEFAULT.allow(early, GateFixture.VALID_BEFORE.plus(WINDOW).minusMillis(1)))
            .isTrue();
        assertThat(RedeliveryLimits.DEFAULT.allow(early, GateFixture.VALID_BEFORE.plus(WINDOW))).isFalse();
    }

    @Test
    void limitsWhenOutOfRangeThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RedeliveryLimits(-1, WINDOW));
        assertThatIllegalArgumentException().isThrownBy(() -> new RedeliveryLimits(101, WINDOW));
        assertThatIllegalArgumentException().isThrownBy(() -> new RedeliveryLimits(2, Duration.ofMillis(-1)));
        assertThat(new RedeliveryLimits(100, Duration.ZERO).maxRuns()).isEqualTo(100);
        assertThat(new RedeliveryLimits(0, Duration.ZERO).maxRuns()).isZero();
    }

    private static StoredPayment payment(Delivery delivery, boolean begun, @Nullable String digest, int runs,
            Instant settledAt) {
        StoredPayment settled = GateFixture.settled(delivery, runs);
        return StoredPayment
            .builder(settled.key(), settled.token(), settled.fingerprint(), settled.terms(), settled.reservedAt())
            .state(settled.state())
            .validBefore(settled.validBefore())
            .settledAt(settledAt)
            .transaction(settled.transaction())
            .delivery(delivery, begun, runs)
            .responseDigest(digest)
            .build();
    }

    /** When the window of a payment ended that expires in five minutes. */
    enum Ended {

        NOT_YET, JUST_NOT_YET, JUST_NOW

    }

    record Row(Delivery delivery, boolean begun, @Nullable String digest, int runs, boolean repeatable, Ended ended) {

        StoredPayment payment() {
            Instant end = switch (this.ended) {
                case NOT_YET -> GateFixture.VALID_BEFORE;
                case JUST_NOT_YET -> GateFixture.NOW.minus(WINDOW).plusMillis(1);
                case JUST_NOW -> GateFixture.NOW.minus(WINDOW);
            };
            StoredPayment payment = RedeliveryTableTests.payment(this.delivery, this.begun, this.digest, this.runs,
                    end);
            return StoredPayment
                .builder(payment.key(), payment.token(), payment.fingerprint(), payment.terms(), payment.reservedAt())
                .state(payment.state())
                .validBefore(end)
                .settledAt(end.minusSeconds(1))
                .transaction(payment.transaction())
                .delivery(this.delivery, this.begun, this.runs)
                .responseDigest(this.digest)
                .build();
        }

        @Nullable Reason refusal() {
            return switch (this.delivery) {
                case DELIVERED -> Reason.PAYMENT_ALREADY_USED;
                case IN_FLIGHT -> Reason.PAYMENT_IN_FLIGHT;
                case NOT_BEGUN -> null;
                case LOST -> {
                    boolean content = !this.begun || this.digest != null;
                    boolean may = content && this.repeatable && this.runs <= 2 && this.ended != Ended.JUST_NOW;
                    yield may ? null : Reason.ANSWER_UNAVAILABLE;
                }
            };
        }

    }

}
