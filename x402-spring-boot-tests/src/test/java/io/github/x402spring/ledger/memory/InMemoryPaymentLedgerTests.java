package io.github.x402spring.ledger.memory;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.test.contract.RecoverableLedgerContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class InMemoryPaymentLedgerTests extends RecoverableLedgerContract {

    @Override
    protected InMemoryPaymentLedger createLedger() {
        return ledger(1000);
    }

    @Override
    protected @Nullable PaymentLedger openAgain() {
        return null;
    }

    @Override
    protected void age(Duration time) {
        this.clock.advance(time);
    }

    @Test
    void createWhenThereIsNoRoomThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ledger(0));
    }

    @Test
    void reserveWhenFullThenRefusedAndNothingForgotten() throws Exception {
        InMemoryPaymentLedger ledger = ledger(3);
        settle(ledger, key(1));
        makeUnknown(ledger, key(2));
        reserve(ledger, key(3));
        assertThat(ledger.reserve(claim(key(4), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(ledger.find(key(4))).isEmpty();
        assertThat(ledger.size()).isEqualTo(3);
    }

    @Test
    void reserveWhenFullThenKnownPaymentsAreStillJudged() throws Exception {
        InMemoryPaymentLedger ledger = ledger(2);
        settle(ledger, key(1));
        makeUnknown(ledger, key(2));
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isInstanceOf(ReserveResult.Settled.class);
        assertThat(reserve(ledger, key(2)).resumed()).isTrue();
    }

    @Test
    void releaseWhenFullThenRoomForAnother() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1);
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.size()).isZero();
        assertThat(ledger.find(key(1))).isEmpty();
        reserve(ledger, key(2));
        assertThat(ledger.size()).isOne();
    }

    @Test
    void releaseWhenCalledTwiceThenRoomIsGivenBackOnce() throws Exception {
        InMemoryPaymentLedger ledger = ledger(2);
        Reservation reservation = reserve(ledger, key(1));
        reserve(ledger, key(2));
        ledger.release(reservation);
        ledger.release(reservation);
        assertThat(ledger.size()).isOne();
    }

    @Test
    void reserveWhenSettledPaymentCanNoLongerBePresentedThenItIsForgotten() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1);
        settle(ledger, key(1));
        this.clock.advance(Duration.ofSeconds(300).plus(Duration.ofMinutes(10)));
        assertThat(ledger.reserve(claim(key(2), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        this.clock.advance(Duration.ofMinutes(1));
        reserve(ledger, key(2));
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(ledger.size()).isOne();
    }

    @Test
    void concludeWhenTheSettlementBecomesKnownLateThenKeptForItsDelivery() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1);
        makeUnknown(ledger, key(1));
        this.clock.advance(Duration.ofHours(5));
        ledger.conclude(leased(ledger), new Conclusion.Settled(TRANSACTION));
        this.clock.advance(Duration.ofMinutes(9));
        assertThat(ledger.reserve(claim(key(2), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        assertThat(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2)).isPresent();
        this.clock.advance(Duration.ofMinutes(2));
        reserve(ledger, key(2));
    }

    @Test
    void reserveWhenOutcomeIsUnknownThenKeptForADay() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1);
        makeUnknown(ledger, key(1));
        this.clock.advance(Duration.ofSeconds(300).plus(Duration.ofHours(24)));
        assertThat(ledger.reserve(claim(key(2), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        this.clock.advance(Duration.ofMinutes(1));
        reserve(ledger, key(2));
    }

    @Test
    void reserveWhenSettlementWasNeverAnsweredThenKeptForADay() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1);
        ledger.settling(reserve(ledger, key(1)));
        this.clock.advance(Duration.ofHours(23));
        assertThat(ledger.reserve(claim(key(2), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLING);
        this.clock.advance(Duration.ofHours(2));
        reserve(ledger, key(2));
    }

    @Test
    void reserveWhenManyPresentDifferentPaymentsThenNeverMoreThanThereIsRoom() throws Exception {
        InMemoryPaymentLedger ledger = ledger(10);
        var results = simultaneously(64, (number) -> ledger.reserve(claim(key(number), REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(10);
        assertThat(results).filteredOn(ReserveResult.Full.class::isInstance).hasSize(54);
        assertThat(ledger.size()).isEqualTo(10);
    }

    @Test
    void sizeWhenManyReserveAndReleaseThenCountsWhatIsLeft() throws Exception {
        InMemoryPaymentLedger ledger = ledger(200);
        simultaneously(16, (number) -> {
            for (int i = 0; i < 500; i++) {
                ReserveResult result = ledger.reserve(claim(key(i % 7), REQUEST, VALID_BEFORE));
                if (result instanceof ReserveResult.Reserved(Reservation reservation, StoredPayment resumed)) {
                    ledger.release(reservation);
                }
            }
            return reserve(ledger, key(100 + number));
        });
        assertThat(ledger.size()).isEqualTo(16);
        for (int i = 0; i < 7; i++) {
            assertThat(ledger.find(key(i))).isEmpty();
        }
    }

    @Test
    void settlingWhenManyReleaseTheSameReservationThenRoomIsGivenBackOnce() throws Exception {
        InMemoryPaymentLedger ledger = ledger(2);
        reserve(ledger, key(1));
        Reservation reservation = reserve(ledger, key(2));
        simultaneously(16, (number) -> {
            if (number % 2 == 0) {
                ledger.settling(reservation);
            }
            ledger.release(reservation);
            return number;
        });
        ledger.release(reservation);
        assertThat(ledger.size()).isOne();
    }

    @Test
    void unknownWhenMoreThanATenthThenTheOldestExpiredAreDropped() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 12; i++) {
            makeUnknown(ledger, i, VALID_BEFORE.plusSeconds(i));
        }
        assertThat(ledger.dropped()).isZero();
        assertThat(ledger.uncertain()).isEqualTo(12);
        assertThat(ledger.completeSince()).isEqualTo(NOW);
        this.clock.advance(Duration.ofSeconds(303));
        makeUnknown(ledger, 12, VALID_BEFORE.plusSeconds(600));
        assertThat(ledger.dropped()).isEqualTo(4);
        for (int i = 0; i <= 12; i++) {
            assertThat(ledger.find(keyOfPayer(i)).isPresent()).isEqualTo(i >= 4);
        }
        assertThat(ledger.size()).isEqualTo(9);
        assertThat(ledger.completeSince()).isEqualTo(NOW.plusMillis(1));
        this.clock.advance(Duration.ofSeconds(1));
        makeUnknown(ledger, 13, VALID_BEFORE.plusSeconds(600));
        assertThat(ledger.dropped()).isEqualTo(4);
    }

    @Test
    void unknownWhenNoneHasExpiredThenNoneIsDroppedAndOthersAreReserved() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 99; i++) {
            makeUnknown(ledger, i, VALID_BEFORE);
        }
        reserve(ledger, keyOfPayer(99));
        assertThat(ledger.reserve(claim(keyOfPayer(100), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Full());
        assertThat(ledger.dropped()).isZero();
        this.clock.advance(Duration.ofSeconds(300));
        reserve(ledger, keyOfPayer(100));
        assertThat(ledger.dropped()).isEqualTo(90);
    }

    @Test
    void concludeWhenEndedWithoutAnOutcomeThenTakesOfTheSameTenth() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 10; i++) {
            makeUnknown(ledger, i, VALID_BEFORE.plusSeconds(i));
        }
        for (UnknownPayment payment : ledger.lease(Duration.ofMinutes(1), 10)) {
            ledger.conclude(payment, new Conclusion.Unresolved());
        }
        this.clock.advance(Duration.ofSeconds(320));
        makeUnknown(ledger, 10, VALID_BEFORE.plusSeconds(600));
        assertThat(ledger.find(keyOfPayer(0))).isEmpty();
        assertThat(ledger.find(keyOfPayer(9))).map(StoredPayment::state).contains(PaymentState.UNRESOLVED);
        assertThat(ledger.dropped()).isEqualTo(2);
    }

    @Test
    void usedElsewhereWhenMoreThanATenthThenTheOldestExpiredAreDropped() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 12; i++) {
            ledger.usedElsewhere(reserve(ledger, keyOfPayer(i)));
        }
        assertThat(ledger.dropped()).isZero();
        this.clock.advance(Duration.ofSeconds(303));
        Reservation voided = reserve(ledger, keyOfPayer(12));
        ledger.release(voided);
        ledger.usedElsewhere(voided);
        assertThat(ledger.dropped()).isZero();
        ledger.usedElsewhere(reserve(ledger, keyOfPayer(13)));
        assertThat(ledger.dropped()).isEqualTo(4);
    }

    @Test
    void settledWhenUnknownOnesAreDroppedThenSettledAndReservedOnesStay() throws Exception {
        InMemoryPaymentLedger ledger = ledger(20);
        for (int i = 0; i < 5; i++) {
            settle(ledger, keyOfPayer(i));
            reserve(ledger, keyOfPayer(5 + i));
            makeUnknown(ledger, 10 + i, VALID_BEFORE);
        }
        this.clock.advance(Duration.ofSeconds(301));
        makeUnknown(ledger, 15, VALID_BEFORE.plusSeconds(600));
        for (int i = 0; i < 10; i++) {
            assertThat(ledger.find(keyOfPayer(i))).isPresent();
        }
        assertThat(ledger.dropped()).isEqualTo(4);
    }

    @Test
    void unknownWhenManyEndAtOnceThenTheShareIsCounted() throws Exception {
        InMemoryPaymentLedger ledger = ledger(1000);
        simultaneously(16, (number) -> {
            for (int i = 0; i < 200; i++) {
                PaymentKey key = keyOfPayer(number / 4);
                ReserveResult result = ledger.reserve(claim(key, REQUEST, VALID_BEFORE));
                if (result instanceof ReserveResult.Reserved(Reservation reservation, StoredPayment resumed)) {
                    ledger.settling(reservation);
                    ledger.unknown(reservation, "");
                }
                for (UnknownPayment payment : (i % 7 == 0) ? ledger.lease(Duration.ZERO, 4)
                        : List.<UnknownPayment>of()) {
                    ledger.conclude(payment, new Conclusion.Unsettled());
                }
            }
            return number;
        });
        for (UnknownPayment payment : ledger.lease(Duration.ZERO, 1000)) {
            ledger.conclude(payment, new Conclusion.Unsettled());
        }
        assertThat(ledger.size()).isZero();
        assertThat(ledger.uncertain()).isZero();
    }

    @Test
    void reserveWhenForgottenAfterADayThenThePayerIsFree() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        this.clock.advance(Duration.ofHours(25));
        reserve(ledger, keyOfPayer(4));
        assertThat(ledger.uncertain()).isZero();
        reserve(ledger, key(4));
    }

    @Test
    void unknownWhenTheShareIsJustTakenThenNoneIsDropped() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 9; i++) {
            makeUnknown(ledger, i, VALID_BEFORE);
        }
        this.clock.advance(Duration.ofHours(1));
        makeUnknown(ledger, 9, VALID_BEFORE.plusSeconds(7200));
        assertThat(ledger.dropped()).isZero();
        makeUnknown(ledger, 10, VALID_BEFORE.plusSeconds(7200));
        assertThat(ledger.dropped()).isEqualTo(2);
    }

    @Test
    void unknownWhenExpiredOnesAreLeftThenTheyAreDroppedTheNextTime() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 11; i++) {
            makeUnknown(ledger, i, VALID_BEFORE.plusSeconds(i));
        }
        this.clock.advance(Duration.ofHours(1));
        for (int i = 11; i < 14; i++) {
            makeUnknown(ledger, i, VALID_BEFORE.plusSeconds(7200));
        }
        assertThat(ledger.dropped()).isEqualTo(5);
        assertThat(ledger.uncertain()).isEqualTo(9);
        for (int i = 0; i < 14; i++) {
            assertThat(ledger.find(keyOfPayer(i)).isPresent()).isEqualTo(i >= 5);
        }
    }

    @Test
    void unknownWhenAllThatExpireAreDroppedThenTheNextToExpireIsToo() throws Exception {
        InMemoryPaymentLedger ledger = ledger(100);
        for (int i = 0; i < 11; i++) {
            makeUnknown(ledger, i, VALID_BEFORE.plusSeconds(i * 60));
        }
        this.clock.advance(Duration.ofSeconds(300));
        makeUnknown(ledger, 11, VALID_BEFORE.plusSeconds(7200));
        assertThat(ledger.dropped()).isOne();
        this.clock.advance(Duration.ofSeconds(59));
        makeUnknown(ledger, 12, VALID_BEFORE.plusSeconds(7200));
        assertThat(ledger.dropped()).isOne();
        this.clock.advance(Duration.ofSeconds(1));
        makeUnknown(ledger, 13, VALID_BEFORE.plusSeconds(7200));
        assertThat(ledger.dropped()).isEqualTo(2);
    }

    @Test
    void unknownWhenPaymentsAreDroppedThenOneWarningSaysSo() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(InMemoryPaymentLedger.class);
        logger.addAppender(log);
        log.start();
        try {
            InMemoryPaymentLedger ledger = ledger(10);
            for (int i = 0; i < 5; i++) {
                makeUnknown(ledger, i, this.clock.instant().plusSeconds(60));
                this.clock.advance(Duration.ofHours(1));
            }
            assertThat(ledger.dropped()).isEqualTo(4);
            assertThat(log.list).singleElement()
                .satisfies((event) -> assertThat(event.getFormattedMessage()).contains("x402.ledger.max-entries"));
        }
        finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void capacityWhenCreatedThenAsManyAsAllowed() {
        assertThat(ledger(7).capacity()).isEqualTo(7);
    }

    @Test
    void findWhenTermsAreTheSameThenTheyAreStoredOnce() throws Exception {
        InMemoryPaymentLedger ledger = ledger(10);
        reserve(ledger, key(1));
        reserve(ledger, key(2));
        assertThat(ledger.find(key(1)).orElseThrow().terms()).isSameAs(ledger.find(key(2)).orElseThrow().terms());
    }

    @Test
    void settledWhenAnotherTouchesThePaymentAtThatMomentThenSettledAllTheSame() throws Exception {
        InterruptingClock interrupting = new InterruptingClock();
        InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(interrupting, 10);
        Reservation slept = makeUnknown(ledger, key(1));
        interrupting.next = () -> ledger.lease(Duration.ofMinutes(1), 1);
        assertThat(ledger.settled(slept, TRANSACTION, null)).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(interrupting.next).isNull();
    }

    @Test
    void concludeWhenAnotherTouchesThePaymentAtThatMomentThenConcludedAllTheSame() throws Exception {
        InterruptingClock interrupting = new InterruptingClock();
        InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(interrupting, 10);
        makeUnknown(ledger, key(1));
        UnknownPayment unknown = ledger.lease(Duration.ZERO, 1).get(0);
        interrupting.next = () -> ledger.lease(Duration.ofMinutes(1), 1);
        assertThat(ledger.conclude(unknown, new Conclusion.Settled(TRANSACTION))).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void settledWhenThePayerResumesItAtThatMomentThenNotRecorded() throws Exception {
        InterruptingClock interrupting = new InterruptingClock();
        InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(interrupting, 10);
        Reservation slept = makeUnknown(ledger, key(1));
        interrupting.next = () -> reserve(ledger, key(1));
        assertThat(ledger.settled(slept, TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void concludeWhenOthersTouchThePaymentAllTheTimeThenItIsGone() throws Exception {
        InMemoryPaymentLedger ledger = ledger(10);
        AtomicBoolean over = new AtomicBoolean();
        simultaneously(2, (number) -> {
            if (number == 1) {
                while (!over.get()) {
                    ledger.lease(Duration.ZERO, 1);
                }
                return number;
            }
            try {
                for (int i = 0; i < 2000; i++) {
                    Reservation reservation = makeUnknown(ledger, key(1));
                    assertThat(ledger.conclude(unknownPayment(reservation), new Conclusion.Unsettled())).isTrue();
                    assertThat(ledger.find(key(1))).isEmpty();
                }
                return number;
            }
            finally {
                over.set(true);
            }
        });
        assertThat(ledger.uncertain()).isZero();
    }

    private static UnknownPayment unknownPayment(Reservation reservation) {
        return new UnknownPayment(reservation.key(), Rail.X402, reservation.token(),
                TestClaims.terms("exact", BigInteger.TEN, "0xd"), VALID_BEFORE, NOW, null);
    }

    private static void makeUnknown(InMemoryPaymentLedger ledger, int payer, Instant validBefore) throws Exception {
        Reservation reservation = reserved(ledger.reserve(claim(keyOfPayer(payer), REQUEST, validBefore)));
        ledger.settling(reservation);
        ledger.unknown(reservation, "");
    }

    private InMemoryPaymentLedger ledger(int maxEntries) {
        return new InMemoryPaymentLedger(this.clock, maxEntries);
    }

    /** Lets something else happen the next time that it is read. */
    private static final class InterruptingClock extends Clock {

        private @Nullable Callable<?> next;

        @Override
        public Instant instant() {
            Callable<?> action = this.next;
            this.next = null;
            if (action != null) {
                try {
                    action.call();
                }
                catch (Exception ex) {
                    throw new IllegalStateException(ex);
                }
            }
            return NOW;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

    }

}
