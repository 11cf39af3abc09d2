package io.github.x402spring.ledger;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class UnrecordedSettlementsTests {

    private static final LedgerException DOWN = new LedgerException("down", null);

    private final List<String> recorded = new ArrayList<>();

    private final DeliveryLog deliveries = new DeliveryLog((entries) -> {
    });

    private int failures;

    private boolean reservationsVoid;

    private final UnrecordedSettlements settlements = new UnrecordedSettlements((reservation, transaction, digest) -> {
        if (this.failures > 0) {
            this.failures--;
            throw DOWN;
        }
        this.recorded.add(reservation.token() + " by " + transaction + " with " + digest);
        return !this.reservationsVoid;
    }, this.deliveries);

    @AfterEach
    void close() {
        this.deliveries.close();
    }

    @Test
    void recordWhenTheLedgerIsThereThenRecordedAndNothingIsHeld() throws Exception {
        assertThat(this.settlements.record(reservation(1), "0xab", "digest 1")).isTrue();
        assertThat(this.recorded).containsExactly("token 1 by 0xab with digest 1");
        this.settlements.recordHeld();
        assertThat(this.recorded).hasSize(1);
    }

    @Test
    void recordWhenTheReservationIsVoidThenSaysSoAndHoldsNothing() throws Exception {
        this.reservationsVoid = true;
        assertThat(this.settlements.record(reservation(1), "0xab", null)).isFalse();
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactly("token 1 by 0xab with null");
    }

    @Test
    void recordWhenTheLedgerIsAwayThenSaysSoAndIsRecordedLater() throws Exception {
        fail(1, 2);
        assertThat(this.recorded).isEmpty();
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactly("token 1 by 0x1 with digest 1", "token 2 by 0x2 with digest 2");
        this.settlements.recordHeld();
        assertThat(this.recorded).hasSize(2);
    }

    @Test
    void recordHeldWhenTheLedgerGoesAwayAgainThenNoneIsLost() throws Exception {
        fail(1, 2, 3);
        this.failures = 1;
        assertThatExceptionOfType(LedgerException.class).isThrownBy(this.settlements::recordHeld);
        assertThat(this.recorded).isEmpty();
        assertThat(this.deliveries.knowsDelivered("token 1")).isFalse();
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactlyInAnyOrder("token 1 by 0x1 with digest 1",
                "token 2 by 0x2 with digest 2", "token 3 by 0x3 with digest 3");
    }

    @Test
    void recordWhenTheLedgerIsAwayForLongThenHoldsSoManyAndNoMore() throws Exception {
        for (int i = 0; i < 10_001; i++) {
            fail(i);
        }
        this.settlements.recordHeld();
        assertThat(this.recorded).hasSize(10_000).doesNotContain("token 10000 by 0x10000 with digest 10000");
    }

    private void fail(int... numbers) {
        for (int number : numbers) {
            this.failures = 1;
            assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> this.settlements.record(reservation(number), "0x" + number, "digest " + number));
        }
    }

    private static Reservation reservation(int number) {
        return new Reservation(PaymentLedgerContractTests.key(number), "token " + number, false);
    }

}
