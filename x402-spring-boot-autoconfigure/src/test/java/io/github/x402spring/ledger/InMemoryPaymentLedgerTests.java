package io.github.x402spring.ledger;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class InMemoryPaymentLedgerTests extends PaymentEndContractTests {

    @Override
    protected InMemoryPaymentLedger createLedger() {
        return ledger(1000);
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

    private InMemoryPaymentLedger ledger(int maxEntries) {
        return new InMemoryPaymentLedger(this.clock, maxEntries);
    }

}
