package io.github.x402spring.test.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contract of a {@link PaymentLedger}: what a ledger of an application has to do so that
 * one payment gives one grant. Extend it once for each ledger; all of its tests have to
 * pass.
 *
 * <pre class="code">
 * class MyLedgerTests extends PaymentLedgerContract {
 *
 *     &#064;Override
 *     protected PaymentLedger createLedger() {
 *         return new MyLedger(this.clock);
 *     }
 *
 *     &#064;Override
 *     protected PaymentLedger openAgain() {
 *         return null;
 *     }
 *
 * }
 * </pre>
 *
 * Test a ledger that ends payments of unknown outcome with
 * {@link RecoverableLedgerContract} instead.
 *
 * @since 0.1.0
 */
public abstract class PaymentLedgerContract extends NamedPurchaseContract {

    @Test
    void reserveWhenSettledThenUsed() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = settle(ledger, key(1));
        ledger.delivered(reservation);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertDelivered(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)), key(1));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.SETTLED));
    }

    @Test
    void settledWhenResumedThenUsed() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.settling(resumed);
        ledger.settled(resumed, TRANSACTION, null);
        ledger.delivered(resumed);
        assertDelivered(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)), key(1));
    }

    @Test
    void reserveWhenSettledAndBeingDeliveredThenInFlight() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, key(1));
        StoredPayment settled = settled(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
        assertThat(settled.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        assertThat(ledger.redeliver(settled, RUNS)).isEmpty();
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.SETTLED));
    }

    @Test
    void reserveWhenTheResponseWasLostThenTheSameRequestMayDeliverIt() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = settle(ledger, key(1));
        ledger.undelivered(first, false);
        Reservation again = lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(again.key()).isEqualTo(key(1));
        assertThat(again.token()).isNotEqualTo(first.token());
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(settled(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).delivery())
            .isEqualTo(Delivery.IN_FLIGHT);
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.SETTLED));
        ledger.undelivered(again, false);
        ledger.delivered(lost(ledger, claim(key(1), REQUEST, VALID_BEFORE)));
        assertDelivered(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)), key(1));
    }

    @Test
    void reserveWhenTheResponseWasLostAndManyCallThenExactlyOneDelivers() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        AtomicInteger takers = new AtomicInteger();
        simultaneously(16, (number) -> {
            Instant deadline = Instant.now().plus(PATIENCE);
            while (takers.get() == 0 && Instant.now().isBefore(deadline)) {
                StoredPayment found = ledger.find(key(1)).orElseThrow();
                if (ledger.redeliver(found, RUNS).isPresent()) {
                    takers.incrementAndGet();
                }
            }
            return number;
        });
        assertThat(takers).hasValue(1);
    }

    @Test
    void deliveredWhenReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = settle(ledger, key(1));
        ledger.undelivered(first, false);
        Reservation again = lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        ledger.delivered(first);
        ledger.undelivered(again, false);
        ledger.undelivered(reserve(ledger, key(2)), false);
        ledger.delivered(makeUnknown(ledger, key(3)));
        lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(reserve(ledger, key(3)).resumed()).isTrue();
    }

    @Test
    void settlingWhenTheResponseIsDeliveredAgainThenMayNotBeSent() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        Reservation again = lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(ledger.settling(again)).isFalse();
        ledger.release(again);
        ledger.unknown(again, "");
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void settledWhenTheReservationIsValidThenFirstRunIsCounted() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        Instant reservedAt = ledger.find(key(1)).orElseThrow().reservedAt();
        assertThat(ledger.settled(reservation, TRANSACTION, DIGEST)).isTrue();
        StoredPayment settled = ledger.find(key(1)).orElseThrow();
        assertThat(settled.transaction()).isEqualTo(TRANSACTION);
        assertThat(settled.responseDigest()).isEqualTo(DIGEST);
        assertThat(settled.settledAt()).isNotNull().isAfterOrEqualTo(reservedAt);
        assertThat(settled.runs()).isOne();
        assertThat(settled.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        assertThat(ledger.settled(reservation, OTHER_TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void settledWhenUnknownAndNotResumedThenRecordedAndDeliverable() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation slept = makeUnknown(ledger, key(1));
        assertThat(ledger.settled(slept, TRANSACTION, DIGEST)).isTrue();
        StoredPayment settled = ledger.find(key(1)).orElseThrow();
        assertThat(settled.state()).isEqualTo(PaymentState.SETTLED);
        assertThat(settled.runs()).isOne();
        assertThat(settled.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        ledger.delivered(slept);
        assertDelivered(awaited(ledger, key(1)), key(1));
    }

    @Test
    void settledWhenResumedMeanwhileThenNotRecorded() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation slept = makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.settled(slept, TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.release(resumed);
        assertThat(ledger.settled(slept, TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void settledWhenResumedAtTheSameMomentThenOneOfThemHasThePayment() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 20; i++) {
            PaymentKey key = keyOfPayer(i);
            Reservation slept = makeUnknown(ledger, key);
            List<Boolean> taken = simultaneously(2, (number) -> (number == 0) ? ledger.settled(slept, TRANSACTION, null)
                    : ledger.reserve(claim(key, REQUEST, VALID_BEFORE)) instanceof ReserveResult.Reserved);
            assertThat(taken).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void redeliverWhenRunsAreSpentThenNoneIsLeft() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        for (int runs = 2; runs <= 3; runs++) {
            Reservation run = ledger.redeliver(lostPayment(ledger, key(1)), 2).orElseThrow();
            assertThat(ledger.find(key(1)).orElseThrow().runs()).isEqualTo(runs);
            ledger.undelivered(run, false);
        }
        StoredPayment spent = lostPayment(ledger, key(1));
        assertThat(spent.runs()).isEqualTo(3);
        assertThat(ledger.redeliver(spent, 2)).isEmpty();
        assertThat(ledger.find(key(1))).contains(spent);
    }

    @Test
    void redeliverWhenTakenSinceItWasFoundThenNotTakenAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        StoredPayment found = lostPayment(ledger, key(1));
        ledger.undelivered(ledger.redeliver(found, 2).orElseThrow(), false);
        StoredPayment again = lostPayment(ledger, key(1));
        assertThat(ledger.redeliver(found, 2)).isEmpty();
        assertThat(again.runs()).isEqualTo(2);
        assertThat(ledger.redeliver(again, 2)).isPresent();
    }

    @Test
    void redeliverWhenManyTakeTheSamePaymentThenOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        StoredPayment found = lostPayment(ledger, key(1));
        List<Optional<Reservation>> runs = simultaneously(16, (number) -> ledger.redeliver(found, 2));
        assertThat(runs).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(ledger.find(key(1)).orElseThrow().runs()).isEqualTo(2);
    }

    @Test
    void repeatWhenRunsAreSpentThenTakenAndNotCounted() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        ledger.undelivered(ledger.redeliver(lostPayment(ledger, key(1)), 1).orElseThrow(), true);
        for (int i = 0; i < 3; i++) {
            StoredPayment found = lostPayment(ledger, key(1));
            Reservation repeated = ledger.repeat(found).orElseThrow();
            assertThat(ledger.repeat(found)).isEmpty();
            assertThat(ledger.redeliver(found, 9)).isEmpty();
            assertThat(ledger.find(key(1)).orElseThrow().delivery()).isEqualTo(Delivery.IN_FLIGHT);
            ledger.undelivered(repeated, false);
        }
        StoredPayment found = lostPayment(ledger, key(1));
        assertThat(found.runs()).isEqualTo(2);
        assertThat(found.bodyBegun()).isTrue();
        assertThat(ledger.redeliver(found, 1)).isEmpty();
        ledger.delivered(ledger.repeat(found).orElseThrow());
        assertThat(settled(awaited(ledger, key(1))).delivery()).isEqualTo(Delivery.DELIVERED);
        assertThat(ledger.repeat(ledger.find(key(1)).orElseThrow())).isEmpty();
    }

    @Test
    void undeliveredWhenTheBodyWasBegunThenStaysSoForEveryLaterRun() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserve(ledger, key(1));
        ledger.settling(first);
        ledger.settled(first, TRANSACTION, DIGEST);
        ledger.undelivered(first, true);
        StoredPayment broken = lostPayment(ledger, key(1));
        assertThat(broken.bodyBegun()).isTrue();
        ledger.undelivered(ledger.redeliver(broken, 2).orElseThrow(), false);
        StoredPayment again = lostPayment(ledger, key(1));
        assertThat(again.bodyBegun()).isTrue();
        assertThat(again.responseDigest()).isEqualTo(DIGEST);
        assertThat(again.transaction()).isEqualTo(TRANSACTION);
    }

}
