package io.github.x402spring.ledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;

/**
 * Store of responses in the memory of one instance, up to a number of bytes; the oldest
 * are dropped first.
 */
final class InMemoryResponseStore implements ResponseStore {

    /** Approximate size of an entry besides the response. */
    private static final int OVERHEAD = 512;

    private final ReentrantLock lock = new ReentrantLock();

    /** In the order in which they were stored. */
    private final Map<PaymentKey, Entry> entries = new LinkedHashMap<>();

    private final Clock clock;

    private final Duration timeToLive;

    private final long maxBytes;

    private long bytes;

    InMemoryResponseStore(Clock clock, Duration timeToLive, long maxBytes) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.timeToLive = timeToLive;
        this.maxBytes = maxBytes;
    }

    @Override
    public void keep(PaymentKey key, byte[] sealed) {
        Entry entry = new Entry(sealed, this.clock.instant().plus(this.timeToLive));
        this.lock.lock();
        try {
            remove(key);
            if (entry.size() > this.maxBytes) {
                return;
            }
            this.entries.put(key, entry);
            this.bytes += entry.size();
            Iterator<Entry> oldest = this.entries.values().iterator();
            while (this.bytes > this.maxBytes) {
                this.bytes -= oldest.next().size();
                oldest.remove();
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> find(PaymentKey key) {
        this.lock.lock();
        try {
            Entry entry = this.entries.get(key);
            return (entry != null && this.clock.instant().isBefore(entry.until())) ? Optional.of(entry.sealed())
                    : Optional.empty();
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public void forget(PaymentKey key) {
        this.lock.lock();
        try {
            remove(key);
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void forgetExpired() {
        Instant now = this.clock.instant();
        this.lock.lock();
        try {
            Iterator<Entry> oldest = this.entries.values().iterator();
            while (oldest.hasNext()) {
                Entry entry = oldest.next();
                if (now.isBefore(entry.until())) {
                    return;
                }
                this.bytes -= entry.size();
                oldest.remove();
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    private void remove(PaymentKey key) {
        Entry present = this.entries.remove(key);
        if (present != null) {
            this.bytes -= present.size();
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(byte[] sealed, Instant until) {

        int size() {
            return this.sealed.length + OVERHEAD;
        }

    }

}
