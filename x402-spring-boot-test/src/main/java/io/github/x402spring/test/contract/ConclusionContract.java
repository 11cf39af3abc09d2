package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Contract of a {@link PaymentLedger} for payments of unknown outcome: which caller
 * leases them, and how they end.
 */
abstract class ConclusionContract extends PaymentLedgerContract {

    /**
     * Lets time pass for every payment in the ledger that {@link #createLedger()} created
     * last: moves {@link #clock}, or makes the stored times of the last activity older.
     * @param time how much
     * @throws Exception if it cannot be done
     */
    protected abstract void age(Duration time) throws Exception;

    /**
     * Tells whether the ledger ends a payment that was used elsewhere as
     * {@link PaymentState#USED_ELSEWHERE}. Override it for a ledger that leaves
     * {@link PaymentLedger#usedElsewhere} as it is.
     * @return {@code true} by default
     */
    protected boolean recordsUsedElsewhere() {
        return true;
    }

    @Test
    void leaseWhenUnknownThenHandedOutOnceWithWhatItTakesToAsk() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        ledger.unknown(reservation, "0xpending");
        makeUnknown(ledger, key(2));
        age(Duration.ofMinutes(2));
        List<UnknownPayment> leased = ledger.lease(Duration.ofMinutes(1), 10);
        assertThat(leased).extracting(UnknownPayment::key).containsExactlyInAnyOrder(key(1), key(2));
        assertThat(leased).extracting(UnknownPayment::transaction).containsExactlyInAnyOrder("0xpending", null);
        assertThat(leased).allSatisfy((payment) -> {
            assertThat(payment.scheme()).isEqualTo("exact");
            assertThat(payment.amount()).isEqualTo(BigInteger.TEN);
            assertThat(payment.payTo()).isEqualTo(PAY_TO);
            assertThat(payment.validBefore()).isEqualTo(VALID_BEFORE);
        });
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
        age(Duration.ofMinutes(2));
        assertThat(ledger.lease(Duration.ofMinutes(1), 1)).hasSize(1);
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).hasSize(1);
    }

    @Test
    void leaseWhenNothingIsUnknownThenEmpty() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, key(1));
        ledger.settling(reserve(ledger, key(2)));
        settle(ledger, key(3));
        ledger.release(reserve(ledger, key(4)));
        makeUnknown(ledger, key(5));
        reserve(ledger, key(5));
        age(Duration.ofMinutes(2));
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
    }

    @Test
    void leaseWhenManyCallThenEachPaymentGoesToOne() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 20; i++) {
            makeUnknown(ledger, keyOfPayer(i));
        }
        age(Duration.ofMinutes(2));
        List<List<UnknownPayment>> leased = simultaneously(8, (number) -> ledger.lease(Duration.ofMinutes(1), 100));
        assertThat(leased.stream().flatMap(List::stream).map(UnknownPayment::key)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void reserveWhenItIsLeasedMeanwhileThenThePayerResumesItAllTheSame() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 100; i++) {
            makeUnknown(ledger, keyOfPayer(i));
        }
        age(Duration.ofMinutes(2));
        AtomicBoolean over = new AtomicBoolean();
        List<Integer> resumed = simultaneously(2, (number) -> {
            if (number == 1) {
                while (!over.get()) {
                    ledger.lease(Duration.ZERO, 100);
                }
                return 0;
            }
            try {
                for (int i = 0; i < 100; i++) {
                    assertThat(reserve(ledger, keyOfPayer(i)).resumed()).isTrue();
                }
                return 100;
            }
            finally {
                over.set(true);
            }
        });
        assertThat(resumed).contains(100);
    }

    @Test
    void concludeWhenSettledThenUsed() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        UnknownPayment payment = leased(ledger);
        assertThat(ledger.conclude(payment, new Conclusion.Settled(TRANSACTION))).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.SETTLED));
        ledger.undelivered(taken(ledger, claim(key(1), REQUEST, VALID_BEFORE), Delivery.NOT_BEGUN), false);
        lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(ledger.conclude(payment, new Conclusion.Unsettled())).isFalse();
        age(Duration.ofMinutes(2));
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
    }

    @Test
    void concludeWhenItCanNoLongerSettleThenFree() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        assertThat(ledger.conclude(leased(ledger), new Conclusion.Unsettled())).isTrue();
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isInstanceOf(ReserveResult.Reserved.class);
    }

    @Test
    void concludeWhenThePayerResumedItThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        UnknownPayment payment = leased(ledger);
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.conclude(payment, new Conclusion.Unsettled())).isFalse();
        assertThat(ledger.conclude(payment, new Conclusion.Settled("0xab"))).isFalse();
        assertThat(ledger.settling(resumed)).isTrue();
        ledger.unknown(resumed, "");
        assertThat(ledger.conclude(payment, new Conclusion.Unsettled())).isFalse();
        assertThat(ledger.conclude(leased(ledger), new Conclusion.Settled("0xab"))).isTrue();
    }

    @Test
    void leaseWhenUnknownThenSaysWhenAndUnderWhichTermsItWasReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment stored = ledger.find(key(1)).orElseThrow();
        UnknownPayment unknown = leased(ledger);
        assertThat(unknown.rail()).isEqualTo(Rail.X402);
        assertThat(unknown.terms()).isEqualTo(stored.terms());
        assertThat(unknown.reservedAt()).isEqualTo(stored.reservedAt());
        assertThat(unknown.token()).isEqualTo(stored.token());
    }

    @Test
    void settledWhenRecoveredMeanwhileThenRecordedAndDeliverable() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation slept = reserve(ledger, key(1));
        ledger.settling(slept);
        age(Duration.ofHours(1));
        ledger.recover(Duration.ofMinutes(30));
        assertThat(ledger.settled(slept, TRANSACTION, null)).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void usedElsewhereWhenReservedThenEndedAndNeverFree() throws Exception {
        assumeTrue(recordsUsedElsewhere(), "The ledger does not end payments that were used elsewhere");
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.usedElsewhere(reservation);
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.USED_ELSEWHERE);
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isNull();
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)))
            .isEqualTo(new ReserveResult.Ended(PaymentState.USED_ELSEWHERE));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.USED_ELSEWHERE));
        ledger.release(reservation);
        ledger.unknown(reservation, TRANSACTION);
        assertThat(ledger.settling(reservation)).isFalse();
        assertThat(ledger.settled(reservation, TRANSACTION, null)).isFalse();
        assertThat(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2)).isEmpty();
        age(Duration.ofHours(1));
        assertThat(ledger.recover(Duration.ofMinutes(30))).isZero();
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.USED_ELSEWHERE);
    }

    @Test
    void settledWhenConcludedMeanwhileThenNotRecorded() throws Exception {
        for (Conclusion conclusion : List.of(new Conclusion.Settled(OTHER_TRANSACTION),
                new Conclusion.UsedElsewhere(OTHER_TRANSACTION), new Conclusion.Unresolved(),
                new Conclusion.Unsettled())) {
            PaymentLedger ledger = createLedger();
            Reservation slept = makeUnknown(ledger, key(1));
            assertThat(ledger.conclude(leased(ledger), conclusion)).isTrue();
            Optional<StoredPayment> concluded = ledger.find(key(1));
            assertThat(ledger.settled(slept, TRANSACTION, null)).as(conclusion.toString()).isFalse();
            assertThat(ledger.find(key(1))).isEqualTo(concluded);
        }
    }

    @Test
    void redeliverWhenNothingWasDeliveredThenTheFirstIsNoFurtherRun() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.conclude(leased(ledger), new Conclusion.Settled(TRANSACTION));
        StoredPayment concluded = ledger.find(key(1)).orElseThrow();
        assertThat(concluded.delivery()).isEqualTo(Delivery.NOT_BEGUN);
        assertThat(concluded.runs()).isZero();
        assertThat(concluded.settledAt()).isNotNull();
        assertThat(concluded.responseDigest()).isNull();
        Reservation first = ledger.redeliver(concluded, 0).orElseThrow();
        assertThat(ledger.find(key(1)).orElseThrow().runs()).isOne();
        ledger.undelivered(first, false);
        assertThat(ledger.redeliver(lostPayment(ledger, key(1)), 0)).isEmpty();
    }

    @Test
    void redeliverWhenNotSettledOrDeliveredThenNotTaken() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, key(1));
        makeUnknown(ledger, key(2));
        ledger.delivered(settle(ledger, key(3)));
        assertThat(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2)).isEmpty();
        assertThat(ledger.redeliver(ledger.find(key(2)).orElseThrow(), 2)).isEmpty();
        assertThat(ledger.redeliver(ledger.find(key(3)).orElseThrow(), 2)).isEmpty();
        ledger.conclude(leased(ledger), new Conclusion.UsedElsewhere(OTHER_TRANSACTION));
        assertThat(ledger.redeliver(ledger.find(key(2)).orElseThrow(), 2)).isEmpty();
    }

    @Test
    void repeatWhenNothingWasDeliveredThenItIsTheFirstDelivery() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        assertThat(ledger.repeat(ledger.find(key(1)).orElseThrow())).isEmpty();
        ledger.conclude(leased(ledger), new Conclusion.Settled(TRANSACTION));
        ledger.undelivered(ledger.repeat(ledger.find(key(1)).orElseThrow()).orElseThrow(), true);
        StoredPayment found = lostPayment(ledger, key(1));
        assertThat(found.runs()).isOne();
        assertThat(found.bodyBegun()).isTrue();
        assertThat(ledger.redeliver(found, 0)).isEmpty();
        assertThat(ledger.redeliver(found, 1)).isPresent();
    }

    @Test
    void concludeWhenEndedWithoutAnOutcomeThenNotAcceptedAgain() throws Exception {
        for (Conclusion conclusion : List.of(new Conclusion.UsedElsewhere(OTHER_TRANSACTION),
                new Conclusion.UsedElsewhere(null), new Conclusion.Unresolved())) {
            PaymentLedger ledger = createLedger();
            PaymentState state = (conclusion instanceof Conclusion.Unresolved) ? PaymentState.UNRESOLVED
                    : PaymentState.USED_ELSEWHERE;
            Reservation first = makeUnknown(ledger, key(1));
            UnknownPayment unknown = leased(ledger);
            assertThat(ledger.conclude(unknown, conclusion)).isTrue();
            assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(state);
            assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Ended(state));
            assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE))).isEqualTo(boundElsewhere(state));
            assertThat(ledger.conclude(unknown, new Conclusion.Settled(TRANSACTION))).isFalse();
            assertThat(ledger.conclude(unknown, new Conclusion.Unsettled())).isFalse();
            ledger.release(first);
            ledger.unknown(first, "");
            assertThat(ledger.settling(first)).isFalse();
            assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(state);
            age(Duration.ofMinutes(2));
            assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
        }
    }

    @Test
    void concludeWhenUsedElsewhereThenTheTransactionIsKnownIfThereIsOne() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.conclude(leased(ledger), new Conclusion.UsedElsewhere(OTHER_TRANSACTION));
        Reservation pending = reserve(ledger, key(2));
        ledger.settling(pending);
        ledger.unknown(pending, TRANSACTION);
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(OTHER_TRANSACTION);
        assertThat(ledger.find(key(2)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void concludeWhenManyConcludeThenOneDecides() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        UnknownPayment unknown = leased(ledger);
        List<Conclusion> conclusions = List.of(new Conclusion.Settled(TRANSACTION), new Conclusion.Unresolved(),
                new Conclusion.UsedElsewhere(OTHER_TRANSACTION), new Conclusion.Unsettled());
        List<Boolean> recorded = simultaneously(8,
                (number) -> ledger.conclude(unknown, conclusions.get(number % conclusions.size())));
        assertThat(recorded).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void reserveWhenANamedPurchaseHasEndedThenNoOtherPaymentIsReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.unknown(first, "");
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.reserve(named(key(2), "a", REQUEST)))
            .isEqualTo(new ReserveResult.Ended(PaymentState.UNRESOLVED));
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST)))
            .isEqualTo(boundElsewhere(PaymentState.UNRESOLVED));
        assertThat(ledger.find(key(2))).isEmpty();
    }

    @Test
    void reserveWhenThePayerHasThreeUnknownPaymentsThenNoFourthUntilOneEnds() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        assertThat(ledger.reserve(claim(key(4), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.TooManyUnknown());
        assertThat(ledger.find(key(4))).isEmpty();
        reserve(ledger, keyOfPayer(4));
        age(Duration.ofMinutes(2));
        UnknownPayment first = ledger.lease(Duration.ofMinutes(1), 1).get(0);
        ledger.conclude(first, new Conclusion.Unresolved());
        makeUnknown(ledger, key(4));
        assertThat(ledger.reserve(claim(key(5), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.TooManyUnknown());
    }

    @Test
    void reserveWhenManyUnknownPaymentsEndAtOnceThenTheirPayerIsFree() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        age(Duration.ofMinutes(2));
        List<UnknownPayment> unknown = ledger.lease(Duration.ofMinutes(1), 10);
        simultaneously(6,
                (number) -> (number % 2 == 0) ? ledger.conclude(unknown.get(number / 2), new Conclusion.Unsettled())
                        : ledger.reserve(claim(unknown.get(number / 2).key(), REQUEST, VALID_BEFORE)));
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            assertThat(ledger.find(key(i))).map(StoredPayment::state).isNotEqualTo(Optional.of(PaymentState.UNKNOWN));
        }
        reserve(ledger, key(4));
    }

    /**
     * Leases the one payment whose outcome is unknown.
     * @param ledger the ledger
     * @return the payment
     * @throws Exception if the ledger is unavailable
     */
    protected final UnknownPayment leased(PaymentLedger ledger) throws Exception {
        age(Duration.ofMinutes(2));
        List<UnknownPayment> leased = ledger.lease(Duration.ofMinutes(1), 10);
        assertThat(leased).hasSize(1);
        return leased.get(0);
    }

}
