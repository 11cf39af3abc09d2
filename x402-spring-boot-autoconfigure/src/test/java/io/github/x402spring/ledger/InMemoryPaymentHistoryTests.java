package io.github.x402spring.ledger;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InMemoryPaymentHistoryTests extends SettledPaymentHistoryContractTests {

    private static final int ROOM = 200;

    private final MutableClock clock = new MutableClock(PaymentLedgerContractTests.NOW);

    private final InMemoryPaymentHistory history = new InMemoryPaymentHistory(this.clock, ROOM);

    @Override
    protected RecoverableLedger createLedger() {
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
    void paymentsWhenHistoryHasNoRoomAtAllThenNoneIsRemembered() throws Exception {
        InMemoryPaymentHistory none = new InMemoryPaymentHistory(this.clock, 0);
        settle(new InMemoryPaymentLedger(this.clock, 10, none), claim(1, "report", "ann"));
        assertThat(none.payments(PaymentFilter.ANY, null, 10).payments()).isEqualTo(List.of());
    }

}
