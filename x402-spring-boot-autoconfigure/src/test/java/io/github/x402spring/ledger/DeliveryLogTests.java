package io.github.x402spring.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DeliveryLogTests {

    private final List<DeliveryLog.Entry> written = new CopyOnWriteArrayList<>();

    private final Reservation reservation = new Reservation(PaymentLedgerContractTests.key(1), "token", false);

    @Test
    void deliveredWhenCalledThenWrittenBehindAndKnownAtOnce() {
        try (DeliveryLog log = new DeliveryLog(this.written::addAll)) {
            log.began(this.reservation);
            assertThat(log.knowsDelivered("token")).isFalse();
            log.delivered(this.reservation);
            assertThat(log.knowsDelivered("token")).isTrue();
            await(() -> !this.written.isEmpty());
            assertThat(this.written)
                .containsExactly(new DeliveryLog.Entry(this.reservation, DeliveryLog.Kind.DELIVERED));
            assertThat(log.knowsDelivered("token")).isTrue();
        }
    }

    @Test
    void lostWhenTheStoreFailsThenTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        try (DeliveryLog log = new DeliveryLog((entries) -> {
            if (tries.incrementAndGet() == 1) {
                throw new LedgerException("down", null);
            }
            this.written.addAll(entries);
        })) {
            log.lost(this.reservation, false);
            await(() -> !this.written.isEmpty());
            assertThat(tries).hasValue(2);
            assertThat(log.knowsDelivered("token")).isFalse();
        }
    }

    @Test
    void closeWhenAnAnswerHasJustLeftThenWrittenAtOnce() {
        for (int i = 0; i < 200; i++) {
            DeliveryLog log = new DeliveryLog(this.written::addAll);
            log.delivered(this.reservation);
            for (int spins = 0; spins < i * 1000; spins++) {
                Thread.onSpinWait();
            }
            log.close();
            assertThat(this.written).hasSize(i + 1);
        }
    }

    @Test
    void closeWhenMuchIsLeftThenWritten() {
        DeliveryLog log = new DeliveryLog(this.written::addAll);
        for (int i = 0; i < 1000; i++) {
            log.delivered(new Reservation(PaymentLedgerContractTests.key(i), "token" + i, false));
        }
        log.close();
        assertThat(this.written).hasSize(1000);
    }

    @Test
    void deliveredWhenTheStoreIsAwayThenBounded() {
        DeliveryLog log = new DeliveryLog((entries) -> {
            throw new LedgerException("down", null);
        });
        for (int i = 0; i < 30_000; i++) {
            log.delivered(new Reservation(PaymentLedgerContractTests.key(i), "token" + i, false));
        }
        assertThat(log.knowsDelivered("token29999")).isFalse();
        log.close();
        assertThat(this.written).isEmpty();
    }

    private static void await(Eventually.Condition condition) {
        Eventually.await("the log is written", condition);
    }

}
