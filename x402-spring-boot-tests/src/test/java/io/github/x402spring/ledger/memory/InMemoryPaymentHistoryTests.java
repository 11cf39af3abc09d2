package io.github.x402spring.ledger.memory;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.SettledPaymentHistoryContractTests;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InMemoryPaymentHistoryTests extends SettledPaymentHistoryContractTests {

    private static final int ROOM = 200;

    private final MutableClock clock = new MutableClock(TestClaims.NOW);

    private final InMemoryPaymentHistory history = new InMemoryPaymentHistory(this.clock, ROOM);

    @Override
    protected PaymentLedger createLedger() {
        return new InMemoryPaymentLedger(this.clock, 10_000, this.history);
    }

    @Override
    protected PaymentHistory history() {
        return this.history;
    }

    @Override
    protected void pass() {
        this.clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void eventsWhenSomethingIsNotedThenItFollowsAndTheStateStays() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, claim(1, "report", "ann"));
        ledger.note(key(1), "MISMATCH", "0xother");
        assertThat(this.history.events(key(1))).last()
            .satisfies((event) -> assertThat(event.type()).isEqualTo("MISMATCH"))
            .satisfies((event) -> assertThat(event.transaction()).isEqualTo("0xother"));
        assertThat(this.history.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.SETTLED);
    }

    @Test
    void paymentsWhenThereIsNoRoomThenSettledOnesLeaveFirst() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(0, "report", "ann"));
        for (int i = 1; i <= ROOM; i++) {
            settle(ledger, claim(i, "report", "ann"));
        }
        assertThat(this.history.find(key(0))).isPresent();
        assertThat(this.history.find(key(1))).isEmpty();
        assertThat(this.history.find(key(ROOM))).isPresent();
        assertThat(this.history.unknown().count()).isOne();
    }

    @Test
    void paymentsWhenNoneIsSettledAndThereIsNoRoomThenTheOldestLeaves() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i <= ROOM; i++) {
            ledger.reserve(claim(i, "report", "ann"));
        }
        assertThat(this.history.find(key(0))).isEmpty();
        assertThat(this.history.payments(PaymentFilter.ANY, null, PaymentHistory.MAX_PAGE).payments()).hasSize(ROOM);
        assertThat(ledger.find(key(0))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void eventsWhenDeliveredAgainThenTellThatToo() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, claim(1, "report", "ann")), false);
        ledger.delivered(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2).orElseThrow());
        assertThat(this.history.events(key(1))).extracting(PaymentEvent::type)
            .containsExactly("RESERVED", "SETTLING", "SETTLED", "LOST", "REDELIVERY", "DELIVERED");
    }

    @Test
    void findWhenNothingWasDeliveredThenHasNoTimeOfDelivery() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = settle(ledger, claim(1, "report", "ann"));
        ledger.undelivered(reservation, false);
        assertThat(this.history.find(key(1)).orElseThrow().deliveredAt()).isNull();
        pass();
        Reservation again = ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2).orElseThrow();
        ledger.delivered(again);
        pass();
        assertThat(this.history.find(key(1)).orElseThrow().deliveredAt()).isEqualTo(TestClaims.NOW.plusSeconds(1));
    }

    @Test
    void eventsWhenThereAreTooManyThenTheFirstAreRemembered() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 20; i++) {
            ledger.release(reserve(ledger, claim(1, "report", "ann")));
            unknown(ledger, claim(1, "report", "ann"));
        }
        assertThat(this.history.events(key(1))).hasSize(32)
            .first()
            .satisfies((event) -> assertThat(event.type()).isEqualTo("RESERVED"));
    }

    @Test
    void paymentsWhenTheLedgerDropsAnUnknownOneThenItIsGone() throws Exception {
        PaymentLedger ledger = new InMemoryPaymentLedger(this.clock, 10, this.history);
        unknown(ledger, claim(1, "report", "ann"));
        this.clock.advance(Duration.ofHours(1));
        unknown(ledger, claim(2, "report", "ann"));
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(this.history.find(key(1))).isEmpty();
        assertThat(this.history.find(key(2))).isPresent();
    }

    @Test
    void paymentsWhenHistoryHasNoRoomAtAllThenNoneIsRemembered() throws Exception {
        InMemoryPaymentHistory none = new InMemoryPaymentHistory(this.clock, 0);
        settle(new InMemoryPaymentLedger(this.clock, 10, none), claim(1, "report", "ann"));
        assertThat(none.payments(PaymentFilter.ANY, null, 10).payments()).isEqualTo(List.of());
    }

}
