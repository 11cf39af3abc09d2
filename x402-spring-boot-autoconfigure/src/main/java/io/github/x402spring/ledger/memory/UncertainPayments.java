package io.github.x402spring.ledger.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;

/**
 * Index of the payments of a ledger in memory whose outcome is not certain: unknown ones
 * and those that ended without an outcome, by payer. Payments of certain outcome, which
 * are nearly all, cost it nothing. Thread-safe.
 * <p>
 * An entry of the ledger changes first and is looked at again afterwards, under a lock of
 * its payer, so that the last look sees the last change.
 */
final class UncertainPayments {

    private final ConcurrentMap<String, List<PaymentKey>> ofPayer = new ConcurrentHashMap<>();

    private final AtomicInteger size = new AtomicInteger();

    private final Function<PaymentKey, @Nullable LedgerEntry> ledger;

    private final int share;

    /**
     * Time before which no payment expires, so that there is nothing to drop, in seconds
     * since 1970.
     */
    private volatile long nextExpiry = Long.MIN_VALUE;

    /**
     * Creates an empty index.
     * @param ledger looks an entry up, or returns {@code null} if there is none
     * @param share how many uncertain payments the ledger is to hold
     */
    UncertainPayments(Function<PaymentKey, @Nullable LedgerEntry> ledger, int share) {
        this.ledger = ledger;
        this.share = share;
    }

    /** Updates the index for a payment whose entry has changed from or to uncertain. */
    void changed(PaymentKey key) {
        this.ofPayer.compute(key.payer(), (payer, present) -> {
            List<PaymentKey> keys = (present != null) ? new ArrayList<>(present) : new ArrayList<>(1);
            LedgerEntry entry = this.ledger.apply(key);
            boolean known = keys.contains(key);
            boolean uncertain = entry != null && entry.uncertain();
            if (uncertain && !known) {
                keys.add(key);
                this.size.incrementAndGet();
                this.nextExpiry = Math.min(this.nextExpiry, entry.validBefore());
            }
            else if (!uncertain && known) {
                keys.remove(key);
                this.size.decrementAndGet();
            }
            return keys.isEmpty() ? null : keys;
        });
    }

    /** Returns whether a payer has as many unknown payments as it may have. */
    boolean tooManyUnknown(String payer) {
        List<PaymentKey> keys = this.ofPayer.get(payer);
        if (keys == null) {
            return false;
        }
        int unknown = 0;
        for (PaymentKey key : keys) {
            LedgerEntry entry = this.ledger.apply(key);
            unknown += (entry != null && entry.state() == PaymentState.UNKNOWN) ? 1 : 0;
        }
        return unknown >= PaymentLedger.MAX_UNKNOWN_PER_PAYER;
    }

    int size() {
        return this.size.get();
    }

    /**
     * Passes expired payments beyond the share to a consumer, the oldest first, and some
     * more so that the next run is not due at once. Payments that have not expired stay,
     * however many there are.
     */
    void dropExpired(Instant now, BiConsumer<PaymentKey, LedgerEntry> drop) {
        if (this.size.get() <= this.share || now.getEpochSecond() < this.nextExpiry) {
            return;
        }
        Queue<Uncertain> oldest = new PriorityQueue<>(Comparator.comparingLong(Uncertain::validBefore));
        for (List<PaymentKey> keys : this.ofPayer.values()) {
            for (PaymentKey key : keys) {
                LedgerEntry entry = this.ledger.apply(key);
                if (entry != null && entry.uncertain()) {
                    oldest.add(new Uncertain(key, entry));
                }
            }
        }
        int surplus = this.size.get() - (this.share - this.share / 10);
        Uncertain next = oldest.poll();
        for (int dropped = 0; dropped < surplus && next != null && next.entry().expired(now); dropped++) {
            drop.accept(next.key(), next.entry());
            next = oldest.poll();
        }
        this.nextExpiry = (next != null) ? next.validBefore() : Long.MAX_VALUE;
    }

    private record Uncertain(PaymentKey key, LedgerEntry entry) {

        long validBefore() {
            return this.entry.validBefore();
        }

    }

}
