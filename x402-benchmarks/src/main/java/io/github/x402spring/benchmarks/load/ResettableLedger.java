package io.github.x402spring.benchmarks.load;

import java.time.Clock;
import java.util.Optional;

import io.github.x402spring.ledger.InMemoryPaymentLedger;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;

/**
 * Is the ledger in memory, made anew between two rounds so that the same payments are
 * good in each. For measuring only.
 */
final class ResettableLedger implements PaymentLedger, LoadLedger {

    private final Clock clock;

    private final int maxEntries;

    private volatile InMemoryPaymentLedger ledger;

    ResettableLedger(Clock clock, int maxEntries) {
        this.clock = clock;
        this.maxEntries = maxEntries;
        this.ledger = new InMemoryPaymentLedger(clock, maxEntries);
    }

    @Override
    public void reset() {
        this.ledger = new InMemoryPaymentLedger(this.clock, this.maxEntries);
    }

    @Override
    public long size() {
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
    public void settled(Reservation reservation, String transaction) {
        this.ledger.settled(reservation, transaction);
    }

    @Override
    public void delivered(Reservation reservation) {
        this.ledger.delivered(reservation);
    }

    @Override
    public void undelivered(Reservation reservation) {
        this.ledger.undelivered(reservation);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        this.ledger.unknown(reservation, transaction);
    }

    @Override
    public void release(Reservation reservation) {
        this.ledger.release(reservation);
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) {
        return this.ledger.find(key);
    }

}
