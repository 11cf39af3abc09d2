package io.github.x402spring.facilitator.simulated;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Stands in for the nonces that a token contract keeps. Bounded; forgets a nonce when the
 * window of its authorization has long closed. Thread-safe.
 */
final class UsedNonces {

    /** Covers clocks that are set back while the instance runs. */
    private static final Duration RETENTION = Duration.ofMinutes(10);

    private static final Duration PURGE_INTERVAL = Duration.ofSeconds(30);

    private final ConcurrentMap<PaymentKey, Entry> entries = new ConcurrentHashMap<>();

    /** Counts entries and room promised to entries; the map's own size is an estimate. */
    private final AtomicInteger occupied = new AtomicInteger();

    private final AtomicReference<Instant> nextPurge;

    private final WireJson json = new WireJson(0);

    private final int maxEntries;

    UsedNonces(Instant now, int maxEntries) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("'maxEntries' must be positive");
        }
        this.maxEntries = maxEntries;
        this.nextPurge = new AtomicReference<>(now.plus(PURGE_INTERVAL));
    }

    boolean contains(PaymentKey key) {
        return this.entries.containsKey(key);
    }

    boolean hasRoom(Instant now) {
        purgeNowAndThen(now);
        return this.occupied.get() < this.maxEntries;
    }

    /**
     * Returns the receipt of a payment that was settled, if this is that very payment.
     */
    @Nullable SettleResponse receipt(PaymentKey key, PaymentPayload payload) {
        Entry entry = this.entries.get(key);
        return (entry != null && entry.payment().equals(fingerprint(payload))) ? entry.receipt() : null;
    }

    /**
     * Uses a nonce once; the identical payment gets the same receipt however often it is
     * presented.
     */
    Use use(PaymentKey key, PaymentPayload payload, Authorization authorization, Instant now) {
        purgeNowAndThen(now);
        String fingerprint = fingerprint(payload);
        Entry present = this.entries.get(key);
        if (present == null) {
            if (!takeRoom()) {
                return new Use.Full();
            }
            SettleResponse receipt = SettleResponse.settled(authorization.payer(), transaction(key), key.network());
            present = this.entries.putIfAbsent(key, new Entry(fingerprint, receipt, authorization.validBefore()));
            if (present == null) {
                return new Use.Recorded(receipt);
            }
            this.occupied.decrementAndGet();
        }
        return present.payment().equals(fingerprint) ? new Use.Recorded(present.receipt()) : new Use.Taken();
    }

    private boolean takeRoom() {
        int before;
        do {
            before = this.occupied.get();
            if (before >= this.maxEntries) {
                return false;
            }
        }
        while (!this.occupied.compareAndSet(before, before + 1));
        return true;
    }

    private void purgeNowAndThen(Instant now) {
        Instant due = this.nextPurge.get();
        if (now.isBefore(due) || !this.nextPurge.compareAndSet(due, now.plus(PURGE_INTERVAL))) {
            return;
        }
        this.entries.forEach((key, entry) -> {
            if (entry.validBefore().plus(RETENTION).isBefore(now) && this.entries.remove(key, entry)) {
                this.occupied.decrementAndGet();
            }
        });
    }

    private String fingerprint(PaymentPayload payload) {
        return sha256(this.json.write(payload.payload()));
    }

    private static String transaction(PaymentKey key) {
        return "0x" + sha256(("simulated " + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    sealed interface Use {

        record Recorded(SettleResponse receipt) implements Use {
        }

        record Taken() implements Use {
        }

        record Full() implements Use {
        }

    }

    private record Entry(String payment, SettleResponse receipt, Instant validBefore) {
    }

}
