package io.github.x402spring.benchmarks.load;

import java.time.Clock;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

/**
 * Ledger in memory that is replaced between two rounds, so that the same payments are valid in each. For measuring only.
 */
final class ResettableLedger implements PaymentLedger, LoadLedger {

    private final Clock clock;

    private final int maxEntries;

    private volatile PaymentLedger ledger;

    ResettableLedger(Clock clock, int maxEntries) {
        this.clock = clock;
        this.maxEntries = maxEntries;
        this.ledger = new InMemoryLedgers(clock, maxEntries).payments();
    }

    @Override
    public void reset() {
        this.ledger = new InMemoryLedgers(this.clock, this.maxEntries).payments();
    }

    @Override
    public long stored() {
        return this.ledger.size();
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        return this.ledger.reserve(claim);
    }

    @Override
    public boolean settling(Reservation reservation) {
        return this.ledger.settling(reservation);
    }

    @Override
    public boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        return this.ledger.settled(reservation, transaction, responseDigest);
    }

    @Override
    public Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        return this.ledger.redeliver(found, maxRuns);
    }

    @Override
    public Optional<Reservation> repeat(StoredPayment found) {
        return this.ledger.repeat(found);
    }

    @Override
    public void delivered(Reservation reservation) {
        this.ledger.delivered(reservation);
    }

    @Override
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        this.ledger.undelivered(reservation, bodyBegun);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        this.ledger.unknown(reservation, transaction);
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        this.ledger.usedElsewhere(reservation);
    }

    @Override
    public void release(Reservation reservation) {
        this.ledger.release(reservation);
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        return this.ledger.find(key);
    }

}
