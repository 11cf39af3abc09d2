package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;
import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link PaymentLedger} promises. Extended once for each implementation.
 */
public abstract class PaymentLedgerContractTests {

    /** So late that a server with a clock of its own forgets nothing. */
    protected static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    protected static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    protected static final RequestFingerprint REQUEST = fingerprint("/report");

    protected static final RequestFingerprint OTHER_REQUEST = fingerprint("/other");

    /** More than any test of something else takes. */
    private static final int RUNS = 100;

    private static final String PAY_TO = "0x" + "d".repeat(40);

    protected static final String TRANSACTION = "0x" + "c".repeat(64);

    protected final MutableClock clock = new MutableClock(NOW);

    /**
     * Makes an empty ledger that reads the time from {@link #clock} and has room for at
     * least 1000 payments. Called once a test.
     */
    protected abstract RecoverableLedger createLedger() throws Exception;

    /**
     * Lets time pass for every payment in the ledger that {@link #createLedger} made.
     */
    protected abstract void age(Duration time) throws Exception;

    @Test
    void reserveWhenPaymentIsFreeThenReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        assertThat(reservation.key()).isEqualTo(key(1));
        assertThat(reservation.resumed()).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void findWhenPaymentIsUnknownToTheLedgerThenEmpty() throws Exception {
        assertThat(createLedger().find(key(1))).isEmpty();
    }

    @Test
    void reserveWhenReservedThenInFlightForEveryRequest() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, key(1));
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void reserveWhenAnyPartOfTheKeyDiffersThenReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("polygon"), "0xa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xaa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xbb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xcc"));
    }

    @Test
    void reserveWhenKeyIsInAnotherCaseThenSamePayment() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xabcdefi", "0xabcdefi", "0xabcdefi"));
        assertThat(ledger.reserve(claim(new PaymentKey(Network.parse("base"), "0xABCDEFI", "0xABCDEFI", "0xABCDEFI"),
                REQUEST, VALID_BEFORE)))
            .isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void settlingWhenReservedThenMayBeSentAndStaysInFlight() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        assertThat(ledger.settling(reservation)).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLING);
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

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
    void reserveWhenReleasedThenReservedForAnyRequest() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isInstanceOf(ReserveResult.Reserved.class);
    }

    @Test
    void releaseWhenSettlingThenReservedAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        ledger.release(reservation);
        assertThat(reserve(ledger, key(1)).token()).isNotEqualTo(reservation.token());
    }

    @Test
    void reserveWhenUnknownThenResumedForTheSameRequestOnly() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = makeUnknown(ledger, key(1));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(resumed.resumed()).isTrue();
        assertThat(resumed.token()).isNotEqualTo(first.token());
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void releaseWhenResumedThenUnknownAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(reserve(ledger, key(1)).resumed()).isTrue();
    }

    @Test
    void releaseWhenResumedAndSettlingThenUnknownAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.settling(resumed)).isTrue();
        ledger.release(resumed);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void unknownWhenResumedThenResumedOnceMore() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.settling(resumed);
        ledger.unknown(resumed, "");
        assertThat(reserve(ledger, key(1)).resumed()).isTrue();
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
    void settlingWhenReservationIsVoidThenMayNotBeSent() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation released = reserve(ledger, key(1));
        ledger.release(released);
        assertThat(ledger.settling(released)).isFalse();
        reserve(ledger, key(1));
        assertThat(ledger.settling(released)).isFalse();
        assertThat(ledger.settling(settle(ledger, key(2)))).isFalse();
        assertThat(ledger.settling(makeUnknown(ledger, key(3)))).isFalse();
        assertThat(ledger.settling(new Reservation(key(4), "invented", false))).isFalse();
    }

    @Test
    void releaseWhenReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(settle(ledger, key(1)));
        ledger.release(makeUnknown(ledger, key(2)));
        Reservation earlier = reserve(ledger, key(3));
        ledger.release(earlier);
        reserve(ledger, key(3));
        ledger.release(earlier);
        ledger.release(new Reservation(key(3), "invented", false));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void settledAndUnknownWhenReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation earlier = reserve(ledger, key(1));
        ledger.release(earlier);
        reserve(ledger, key(1));
        ledger.settled(earlier, "0xab", null);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.unknown(earlier, "");
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.unknown(settle(ledger, key(2)), "");
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void releaseWhenReservationIsOfAResumedPaymentsFirstAttemptThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.release(first);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(ledger.settling(resumed)).isTrue();
    }

    @Test
    void reserveWhenAuthorizationCanStillBePresentedThenNothingIsForgotten() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, key(1));
        makeUnknown(ledger, key(2));
        reserve(ledger, key(3));
        this.clock.advance(Duration.ofSeconds(299));
        reserve(ledger, key(4));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void leaseWhenUnknownThenHandedOutOnceWithWhatItTakesToAsk() throws Exception {
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
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
    void leaseWhenManyLookThenEachPaymentGoesToOne() throws Exception {
        RecoverableLedger ledger = createLedger();
        for (int i = 0; i < 20; i++) {
            makeUnknown(ledger, keyOfPayer(i));
        }
        age(Duration.ofMinutes(2));
        List<List<UnknownPayment>> leased = simultaneously(8, (number) -> ledger.lease(Duration.ofMinutes(1), 100));
        assertThat(leased.stream().flatMap(List::stream).map(UnknownPayment::key)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void reserveWhenSomebodyLooksWhatBecameOfItThenThePayerResumesItAllTheSame() throws Exception {
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        assertThat(ledger.conclude(leased(ledger), new Conclusion.Unsettled())).isTrue();
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isInstanceOf(ReserveResult.Reserved.class);
    }

    @Test
    void concludeWhenThePayerResumedItThenNothingChanges() throws Exception {
        RecoverableLedger ledger = createLedger();
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

    protected UnknownPayment leased(RecoverableLedger ledger) throws Exception {
        age(Duration.ofMinutes(2));
        List<UnknownPayment> leased = ledger.lease(Duration.ofMinutes(1), 10);
        assertThat(leased).hasSize(1);
        return leased.get(0);
    }

    @Test
    void reserveWhenManyPresentTheSamePaymentThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(1), (number % 2 == 0) ? REQUEST : OTHER_REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyResumeTheSamePaymentThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyPresentDifferentPaymentsThenEachGetsItsOwn() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(number), REQUEST, VALID_BEFORE)));
        assertThat(results).hasOnlyElementsOfType(ReserveResult.Reserved.class);
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
    void reserveWhenTheAnswerWasLostThenTheSameRequestMayDeliverIt() throws Exception {
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
    void reserveWhenTheAnswerWasLostAndManyAskThenExactlyOneDelivers() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        AtomicInteger takers = new AtomicInteger();
        simultaneously(16, (number) -> {
            Instant deadline = Instant.now().plus(Eventually.PATIENCE);
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
    void settlingWhenTheAnswerIsGivenAgainThenMayNotBeSent() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        Reservation again = lost(ledger, claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(ledger.settling(again)).isFalse();
        ledger.release(again);
        ledger.unknown(again, "");
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void reserveWhenANamedPurchaseIsPaidForTwiceThenTheSecondIsInFlight() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.RESERVED));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(ledger.settling(first)).isTrue();
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(2), "b", REQUEST))).isInstanceOf(ReserveResult.Reserved.class);
        reserve(ledger, key(3));
    }

    @Test
    void reserveWhenANamedPurchaseIsPendingThenAnotherPaymentIsNotReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.unknown(first, "");
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.Pending());
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(reserved(ledger.reserve(named(key(1), "a", REQUEST))).resumed()).isTrue();
    }

    @Test
    void reserveWhenANamedPurchaseIsSettledThenItsAnswerIsForAnyPaymentOfThatName() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.settled(first, TRANSACTION, null);
        assertThat(settled(ledger.reserve(named(key(2), "a", REQUEST))).delivery()).isEqualTo(Delivery.IN_FLIGHT);
        ledger.undelivered(first, false);
        Reservation again = lost(ledger, named(key(2), "a", REQUEST));
        assertThat(again.key()).isEqualTo(key(1));
        ledger.delivered(again);
        assertDelivered(ledger.reserve(named(key(3), "a", REQUEST)), key(1));
        assertThat(ledger.reserve(named(key(3), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.SETTLED));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(ledger.find(key(3))).isEmpty();
    }

    @Test
    void releaseWhenThePurchaseHasANameThenTheNameIsFree() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserved(ledger.reserve(named(key(1), "a", REQUEST))));
        Reservation second = reserved(ledger.reserve(named(key(2), "a", OTHER_REQUEST)));
        assertThat(ledger.reserve(named(key(1), "a", OTHER_REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.settling(second)).isTrue();
    }

    @Test
    void reserveWhenManyPaymentsHaveOneNameThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64, (number) -> ledger.reserve(named(key(number), "a", REQUEST)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyReleaseAndTakeANameThenNeverTwoHoldIt() throws Exception {
        PaymentLedger ledger = createLedger();
        AtomicInteger holders = new AtomicInteger();
        List<Integer> most = simultaneously(8, (number) -> {
            int seen = 0;
            for (int i = 0; i < 50; i++) {
                if (ledger.reserve(named(key(number / 2), "a",
                        REQUEST)) instanceof ReserveResult.Reserved(var reservation, var resumed)) {
                    seen = Math.max(seen, holders.incrementAndGet());
                    holders.decrementAndGet();
                    ledger.release(reservation);
                }
            }
            return seen;
        });
        assertThat(most).allSatisfy((seen) -> assertThat(seen).isLessThanOrEqualTo(1)).contains(1);
    }

    protected static PaymentClaim named(PaymentKey key, String name, RequestFingerprint request) {
        PaymentIdentifier identifier = PaymentIdentifier.of("alice", key.payer(), "test", name,
                new FieldDigest().add(request.value()));
        return claim(key, request, VALID_BEFORE).withIdentifier(identifier);
    }

    protected static Reservation reserved(ReserveResult result) {
        assertThat(result).isInstanceOf(ReserveResult.Reserved.class);
        return ((ReserveResult.Reserved) result).reservation();
    }

    protected static StoredPayment settled(ReserveResult result) {
        assertThat(result).isInstanceOf(ReserveResult.Settled.class);
        return ((ReserveResult.Settled) result).payment();
    }

    protected static ReserveResult boundElsewhere(PaymentState state) {
        return new ReserveResult.BoundElsewhere(state);
    }

    protected static void assertDelivered(ReserveResult result, PaymentKey key) {
        StoredPayment settled = settled(result);
        assertThat(settled.key()).isEqualTo(key);
        assertThat(settled.delivery()).isEqualTo(Delivery.DELIVERED);
    }

    /** Ledgers may hear behind the caller's back that a response was lost. */
    protected static Reservation lost(PaymentLedger ledger, PaymentClaim claim) throws LedgerException {
        return taken(ledger, claim, Delivery.LOST);
    }

    private static Reservation taken(PaymentLedger ledger, PaymentClaim claim, Delivery delivery)
            throws LedgerException {
        StoredPayment settled = awaitDelivery(ledger, claim);
        assertThat(settled.delivery()).isEqualTo(delivery);
        assertThat(settled.transaction()).isEqualTo(TRANSACTION);
        return ledger.redeliver(settled, RUNS).orElseThrow();
    }

    /** Waits until no delivery is in flight. */
    private static StoredPayment awaitDelivery(PaymentLedger ledger, PaymentClaim claim) {
        AtomicReference<StoredPayment> found = new AtomicReference<>();
        Eventually.await("no delivery is in flight", () -> {
            found.set(settled(ledger.reserve(claim)));
            return found.get().delivery() != Delivery.IN_FLIGHT;
        });
        return found.get();
    }

    protected static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40), "0x" + "b".repeat(40),
                "0x%064x".formatted(number));
    }

    /** Of a payer of its own, because each may have a few unknown payments only. */
    protected static PaymentKey keyOfPayer(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40), "0x%040x".formatted(number),
                "0x%064x".formatted(number));
    }

    protected static PaymentClaim claim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore) {
        return TestClaims.claim(key, fingerprint, validBefore, "report", "https://api.example.com/report",
                BigInteger.TEN, PAY_TO, "alice");
    }

    protected static RequestFingerprint fingerprint(String resource) {
        return RequestFingerprint.of("report", "GET", resource, "", new byte[0]);
    }

    protected static Reservation reserve(PaymentLedger ledger, PaymentKey key) throws LedgerException {
        ReserveResult result = ledger.reserve(claim(key, REQUEST, VALID_BEFORE));
        assertThat(result).isInstanceOf(ReserveResult.Reserved.class);
        return ((ReserveResult.Reserved) result).reservation();
    }

    protected static Reservation settle(PaymentLedger ledger, PaymentKey key) throws LedgerException {
        Reservation reservation = reserve(ledger, key);
        assertThat(ledger.settling(reservation)).isTrue();
        ledger.settled(reservation, TRANSACTION, null);
        return reservation;
    }

    protected static Reservation makeUnknown(PaymentLedger ledger, PaymentKey key) throws LedgerException {
        Reservation reservation = reserve(ledger, key);
        assertThat(ledger.settling(reservation)).isTrue();
        ledger.unknown(reservation, "");
        return reservation;
    }

    protected static <T> List<T> simultaneously(int threads, Numbered<T> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                tasks.add(() -> {
                    start.await();
                    return work.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        }
    }

    /**
     * Is work that knows which of several it is.
     *
     * @param <T> what comes out of it
     */
    @FunctionalInterface
    protected interface Numbered<T> {

        T run(int number) throws Exception;

    }

}
