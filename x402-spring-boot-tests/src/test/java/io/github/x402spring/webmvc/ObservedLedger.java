package io.github.x402spring.webmvc;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

/**
 * Tells tests when a payment has ended, and how.
 */
final class ObservedLedger implements PaymentLedger {

    private final PaymentLedger ledger = new InMemoryLedgers(Clock.systemUTC(), 100_000).payments();

    private volatile CountDownLatch ended = new CountDownLatch(1);

    private volatile PaymentState end = PaymentState.RESERVED;

    void begin() {
        this.end = PaymentState.RESERVED;
        this.ended = new CountDownLatch(1);
    }

    PaymentState awaitEnd() {
        ShopVisit.await(this.ended);
        return this.end;
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
        boolean recorded = this.ledger.settled(reservation, transaction, responseDigest);
        end(PaymentState.SETTLED);
        return recorded;
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
        end(PaymentState.UNKNOWN);
    }

    @Override
    public void release(Reservation reservation) {
        this.ledger.release(reservation);
        end(PaymentState.RELEASED);
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        this.ledger.usedElsewhere(reservation);
        end(PaymentState.USED_ELSEWHERE);
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        return this.ledger.find(key);
    }

    private void end(PaymentState state) {
        this.end = state;
        this.ended.countDown();
    }

}
