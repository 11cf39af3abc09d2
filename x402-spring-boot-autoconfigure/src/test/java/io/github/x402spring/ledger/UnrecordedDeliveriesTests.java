package io.github.x402spring.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.ledger.DeliveryLog.Entry;
import io.github.x402spring.ledger.DeliveryLog.Kind;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UnrecordedDeliveriesTests {

    private static final Reservation RESERVATION = new Reservation(
            new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x1"), "token", false);

    private final BlockingQueue<Entry> written = new LinkedBlockingQueue<>();

    private final DeliveryLog deliveries = new DeliveryLog(this.written::addAll);

    private final List<String> recorded = new ArrayList<>();

    private @Nullable Exception failure;

    private boolean ours = true;

    private final UnrecordedSettlements settlements = new UnrecordedSettlements((reservation, transaction, digest) -> {
        switch (this.failure) {
            case null -> {
                this.recorded.add(transaction);
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
        assertThat(this.recorded).containsExactly("0xab");
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
        assertThat(this.recorded).containsExactly("0xab");
    }

    @Test
    void recordHeldWhenTheStoreIsStillDownThenTheReportIsHeldWithTheSettlement() throws Exception {
        hold(new LedgerException("down", null));
        this.settlements.undelivered(RESERVATION, false);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(this.settlements::recordHeld);
        this.failure = null;
        this.settlements.recordHeld();
        assertThat(Objects.requireNonNull(this.written.poll(10, TimeUnit.SECONDS)).kind()).isEqualTo(Kind.LOST);
    }

    @Test
    void recordHeldWhenAnotherRecordedItThenTheEndIsReportedAllTheSame() throws Exception {
        hold(new LedgerException("down", null));
        this.settlements.delivered(RESERVATION);
        this.failure = null;
        this.ours = false;
        this.settlements.recordHeld();
        this.deliveries.close();
        assertThat(this.written).extracting(Entry::kind).containsExactly(Kind.DELIVERED);
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
                case DELIVERED -> settlements.delivered(RESERVATION);
                case LOST -> settlements.undelivered(RESERVATION, false);
                case BROKEN -> settlements.undelivered(RESERVATION, true);
            }
        }

        List<Kind> kinds() {
            return (this == NOT_ENDED) ? List.of() : List.of(Kind.valueOf(name()));
        }

    }

}
