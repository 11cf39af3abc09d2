package io.github.x402spring.ledger.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.Eventually;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.shared.DeliveryLog.Entry;
import io.github.x402spring.ledger.shared.DeliveryLog.Kind;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class UnrecordedSettlementsTests {

    private static final Reservation RESERVATION = new Reservation(
            new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x1"), "token", false);

    private static final LedgerException DOWN = new LedgerException("down", null);

    private final BlockingQueue<Entry> written = new LinkedBlockingQueue<>();

    private final FakeTime time = new FakeTime();

    private final DeliveryLog deliveries = new DeliveryLog(this.written::addAll, this.time);

    private final List<String> recorded = new ArrayList<>();

    private @Nullable Exception failure;

    private boolean ours = true;

    private final UnrecordedSettlements settlements = new UnrecordedSettlements((reservation, transaction, digest) -> {
        switch (this.failure) {
            case null -> {
                this.recorded.add(reservation.token() + " by " + transaction + " with " + digest);
                return this.ours;
            }
            case LedgerException ex -> throw ex;
            case RuntimeException ex -> throw ex;
            case Exception ex -> throw new IllegalStateException(ex);
        }
    }, this.deliveries);

    @AfterEach
    void close() {
        this.deliveries.close();
    }

    @ParameterizedTest
    @EnumSource
    void recordHeldWhenTheStoreWasDownThenTheSettlementIsRecordedAndTheDeliveryEndsAsItDid(Delivery delivery)
            throws Exception {
        hold(new LedgerException("down", null));
        delivery.report(this.settlements);
        this.failure = null;
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactly("token by 0xab with null");
        this.deliveries.close();
        assertThat(this.written).extracting(Entry::kind).containsExactlyElementsOf(delivery.kinds());
    }

    @ParameterizedTest
    @EnumSource
    void recordHeldWhenTheDeliveryEndsAfterwardsThenItIsReportedAsEver(Delivery delivery) throws Exception {
        hold(new LedgerException("down", null));
        this.failure = null;
        this.settlements.recordHeld();
        delivery.report(this.settlements);
        this.deliveries.close();
        assertThat(this.written).extracting(Entry::kind).containsExactlyElementsOf(delivery.kinds());
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void recordWhenItFailsThenItIsHeldWhateverFailed(boolean ledger) throws Exception {
        hold(ledger ? new LedgerException("down", null) : new IllegalStateException("bug"));
        this.failure = null;
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactly("token by 0xab with null");
    }

    @Test
    void recordHeldWhenTheStoreIsStillDownThenTheReportIsHeldWithTheSettlement() throws Exception {
        hold(new LedgerException("down", null));
        this.settlements.ended(RESERVATION, Kind.LOST);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(this.settlements::recordHeld);
        this.failure = null;
        this.settlements.recordHeld();
        assertThat(Objects.requireNonNull(this.written.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).kind())
            .isEqualTo(Kind.LOST);
    }

    @Test
    void recordHeldWhenAnotherRecordedItThenTheEndIsReportedAllTheSame() throws Exception {
        hold(new LedgerException("down", null));
        this.settlements.ended(RESERVATION, Kind.DELIVERED);
        this.failure = null;
        this.ours = false;
        this.settlements.recordHeld();
        this.deliveries.close();
        assertThat(this.written).extracting(Entry::kind).containsExactly(Kind.DELIVERED);
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
        this.ours = false;
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
    void recordHeldWhenItWasDeliveredMeanwhileThenThatIsKnown() throws Exception {
        fail(1);
        this.settlements.ended(reservation(1), Kind.DELIVERED);
        assertThat(this.deliveries.knowsDelivered("token 1")).isFalse();
        this.settlements.recordHeld();
        assertThat(this.deliveries.knowsDelivered("token 1")).isTrue();
    }

    @Test
    void recordHeldWhenTheLedgerGoesAwayAgainThenNoneIsLost() throws Exception {
        fail(1, 2, 3);
        this.settlements.ended(reservation(1), Kind.DELIVERED);
        this.failure = DOWN;
        assertThatExceptionOfType(LedgerException.class).isThrownBy(this.settlements::recordHeld);
        assertThat(this.recorded).isEmpty();
        assertThat(this.deliveries.knowsDelivered("token 1")).isFalse();
        this.failure = null;
        this.settlements.recordHeld();
        assertThat(this.recorded).containsExactlyInAnyOrder("token 1 by 0x1 with digest 1",
                "token 2 by 0x2 with digest 2", "token 3 by 0x3 with digest 3");
        assertThat(this.deliveries.knowsDelivered("token 1")).isTrue();
        assertThat(this.deliveries.knowsDelivered("token 2")).isFalse();
    }

    @Test
    void recordWhenTheLedgerIsAwayForLongThenHoldsSoManyAndNoMore() throws Exception {
        for (int i = 0; i < 10_001; i++) {
            fail(i);
        }
        this.settlements.recordHeld();
        assertThat(this.recorded).hasSize(10_000).doesNotContain("token 10000 by 0x10000 with digest 10000");
    }

    @Test
    void recordWhenRecordedThenTheStoreIsToldThatTheDeliveryContinues() throws Exception {
        this.settlements.record(reservation(1), "0xab", null);
        this.ours = false;
        this.settlements.record(reservation(2), "0xab", null);
        assertThat(continuing()).containsExactly(reservation(1));
    }

    @Test
    void recordHeldWhenRecordedThenTheStoreIsToldThatTheDeliveryContinues() throws Exception {
        fail(1);
        this.settlements.recordHeld();
        fail(2);
        this.ours = false;
        this.settlements.recordHeld();
        assertThat(continuing()).containsExactly(reservation(1));
    }

    /** Looks when the log has looked, too. */
    private List<Reservation> continuing() throws Exception {
        this.time.pass(DeliveryLog.LEASE);
        this.deliveries.ended(reservation(99), Kind.LOST);
        List<Entry> entries = new ArrayList<>();
        while (entries.stream().noneMatch((entry) -> entry.reservation().equals(reservation(99)))) {
            entries.add(Objects.requireNonNull(this.written.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)));
        }
        this.deliveries.close();
        this.written.drainTo(entries);
        return entries.stream().filter((entry) -> entry.kind() == Kind.CONTINUES).map(Entry::reservation).toList();
    }

    private void fail(int... numbers) {
        this.failure = DOWN;
        for (int number : numbers) {
            assertThatExceptionOfType(LedgerException.class)
                .isThrownBy(() -> this.settlements.record(reservation(number), "0x" + number, "digest " + number));
        }
        this.failure = null;
    }

    private static Reservation reservation(int number) {
        return new Reservation(TestClaims.key(number), "token " + number, false);
    }

    private void hold(Exception failure) {
        this.failure = failure;
        assertThatExceptionOfType(failure.getClass())
            .isThrownBy(() -> this.settlements.record(RESERVATION, "0xab", null));
    }

    enum Delivery {

        NOT_ENDED, DELIVERED, LOST, BROKEN;

        void report(UnrecordedSettlements settlements) {
            switch (this) {
                case NOT_ENDED -> {
                }
                case DELIVERED -> settlements.ended(RESERVATION, Kind.DELIVERED);
                case LOST -> settlements.ended(RESERVATION, Kind.LOST);
                case BROKEN -> settlements.ended(RESERVATION, Kind.BROKEN);
            }
        }

        List<Kind> kinds() {
            return (this == NOT_ENDED) ? List.of() : List.of(Kind.valueOf(name()));
        }

    }

}
