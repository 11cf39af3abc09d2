package io.github.x402spring.ledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureLimit.Exposed;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Store of what subjects have spent, in the memory of one instance. When it is full,
 * another subject is refused: to forget one would lift its limit. Leases do not run out;
 * they end with the process.
 */
final class InMemoryExposureLedger implements ExposureLedger {

    /** Guards both maps; nothing is waited for while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Key, Counter> counters = new HashMap<>();

    /** Reservations by payments whose settlement is unknown. */
    private final Map<PaymentKey, ExposureResult.Reserved> held = new HashMap<>();

    private final Clock clock;

    private final int maxSubjects;

    private Instant nextPurge = Instant.MIN;

    InMemoryExposureLedger(Clock clock, int maxSubjects) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.maxSubjects = maxSubjects;
    }

    @Override
    public ExposureResult reserve(List<Exposure> exposures) {
        Instant now = this.clock.instant();
        ExposureResult.Reserved reservation = new ExposureResult.Reserved(UUID.randomUUID().toString(), exposures, now,
                false);
        this.lock.lock();
        try {
            int strangers = 0;
            for (Exposure exposure : reservation.exposures()) {
                Counter counter = this.counters.get(Key.of(exposure));
                strangers += (counter == null) ? 1 : 0;
                Optional<ExposureResult> exceeded = ((counter != null) ? counter : new Counter(exposure.limit()))
                    .exceeded(exposure, now);
                if (exceeded.isPresent()) {
                    return exceeded.get();
                }
            }
            makeRoom(strangers, now);
            for (Exposure exposure : reservation.exposures()) {
                this.counters.computeIfAbsent(Key.of(exposure), (key) -> new Counter(exposure.limit()))
                    .add(exposure, now);
            }
            return reservation;
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
        return Optional.of(reservation.commit());
    }

    @Override
    public void giveBack(ExposureResult.Reserved reservation) {
        this.lock.lock();
        try {
            for (Exposure exposure : reservation.exposures()) {
                Counter counter = this.counters.get(Key.of(exposure));
                if (counter != null) {
                    counter.subtract(exposure, reservation.since());
                }
            }
        }
        finally {
            this.lock.unlock();
        }
    }

    @Override
    public void hold(PaymentKey payment, ExposureResult.Reserved committed) {
        Instant now = this.clock.instant();
        this.lock.lock();
        try {
            if (this.held.size() >= this.maxSubjects) {
                this.held.values().removeIf((reservation) -> over(reservation, now));
            }
            if (this.held.size() >= this.maxSubjects) {
                throw new LedgerException("The memory for limits is full", null);
            }
            this.held.put(payment, committed);
        }
        finally {
            this.lock.unlock();
        }
    }

    private static boolean over(ExposureResult.Reserved reservation, Instant now) {
        for (Exposure exposure : reservation.exposures()) {
            ExposureLimit limit = exposure.limit();
            if (limit.end(limit.slot(reservation.since())).isAfter(now)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void giveBack(PaymentKey payment) {
        ExposureResult.Reserved reservation;
        this.lock.lock();
        try {
            reservation = this.held.remove(payment);
        }
        finally {
            this.lock.unlock();
        }
        if (reservation != null) {
            giveBack(reservation);
        }
    }

    private void makeRoom(int wanted, Instant now) {
        if (this.counters.size() + wanted <= this.maxSubjects) {
            return;
        }
        // At most once a second, because strangers could otherwise slow every request
        // down.
        if (!now.isBefore(this.nextPurge)) {
            this.nextPurge = now.plusSeconds(1);
            this.counters.values().removeIf((counter) -> counter.over(now));
        }
        if (this.counters.size() + wanted > this.maxSubjects) {
            throw new LedgerException("The memory for limits is full", null);
        }
    }

    private record Key(String limit, String subject) {

        static Key of(Exposure exposure) {
            return new Key(exposure.limit().name(), exposure.subject());
        }

    }

    private static final class Counter {

        private final ExposureLimit limit;

        private final TreeMap<Long, Exposed> slots = new TreeMap<>();

        Counter(ExposureLimit limit) {
            this.limit = limit;
        }

        Optional<ExposureResult> exceeded(Exposure exposure, Instant now) {
            return exposure.limit()
                .wait(this.slots, exposure.amount(), now)
                .map((wait) -> new ExposureResult.Exceeded(exposure.limit().name(), wait));
        }

        void add(Exposure exposure, Instant now) {
            long slot = this.limit.slot(now);
            this.slots.headMap(slot - ExposureLimit.SLOTS).clear();
            this.slots.merge(slot, new Exposed(exposure.amount(), 1), Exposed::plus);
        }

        void subtract(Exposure exposure, Instant since) {
            this.slots.computeIfPresent(this.limit.slot(since), (slot, exposed) -> {
                Exposed rest = exposed.minus(new Exposed(exposure.amount(), 1));
                return rest.equals(Exposed.NONE) ? null : rest;
            });
        }

        boolean over(Instant now) {
            return this.slots.isEmpty() || !this.limit.end(this.slots.lastKey()).isAfter(now);
        }

    }

}
