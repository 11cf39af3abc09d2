package io.github.x402spring.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.BoundedEntries.Addition;
import io.github.x402spring.ledger.LedgerEntry.Delivery;
import io.github.x402spring.ledger.LedgerEntry.Terms;

/**
 * Keeps the ledger in the memory of one instance. What it knows is gone with the process:
 * after a restart, only the chain's nonce keeps a payment from being used again.
 * <p>
 * Entries are bounded: when there is no room, reserving is refused. Released payments
 * take no room; settled ones leave when their authorization can no longer be presented.
 *
 * @since 0.1.0
 */
public final class InMemoryPaymentLedger implements RecoverableLedger {

    private final BoundedEntries<LedgerEntry> entries;

    private final PurchaseNames names;

    private final AtomicLong tokens = new AtomicLong();

    private final Clock clock;

    private volatile @Nullable Terms lastTerms;

    private volatile @Nullable Bound lastBound;

    private final InMemoryPaymentHistory history;

    /**
     * Creates a ledger without a history.
     * @param clock the source of time
     * @param maxEntries how many payments it remembers at most
     */
    public InMemoryPaymentLedger(Clock clock, int maxEntries) {
        this(clock, maxEntries, new InMemoryPaymentHistory(clock, 0));
    }

    /**
     * Creates a ledger.
     * @param clock the source of time
     * @param maxEntries how many payments it remembers at most
     * @param history is told what happens to payments
     */
    public InMemoryPaymentLedger(Clock clock, int maxEntries, InMemoryPaymentHistory history) {
        this.history = Objects.requireNonNull(history, "'history' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.entries = new BoundedEntries<>(clock.instant(), maxEntries, LedgerEntry::forgettable);
        this.names = new PurchaseNames((key) -> this.entries.get(key) != null);
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        PaymentKey key = claim.key();
        LedgerEntry fresh = LedgerEntry.reserved(claim, digest(claim), terms(claim), this.tokens.incrementAndGet());
        return switch (this.entries.add(key, fresh, this.clock.instant())) {
            case Addition.Added<LedgerEntry> added -> name(claim, fresh);
            case Addition.Present<LedgerEntry>(LedgerEntry present) -> contend(key, present, claim.fingerprint());
            case Addition.Full<LedgerEntry> full -> new ReserveResult.Full();
        };
    }

    /** The payment comes first: who holds the name always holds a payment, too. */
    private ReserveResult name(PaymentClaim claim, LedgerEntry fresh) {
        PaymentIdentifier identifier = claim.identifier();
        PaymentKey holder = (identifier != null) ? this.names.take(identifier, claim.key()) : null;
        if (identifier == null || holder == null) {
            this.history.reserved(claim);
            return new ReserveResult.Reserved(fresh.reservation(claim.key()));
        }
        this.entries.remove(claim.key(), fresh);
        LedgerEntry held = this.entries.get(holder);
        if (held == null) {
            return new ReserveResult.InFlight();
        }
        if (!this.names.sameTerms(identifier, holder)) {
            return new ReserveResult.BoundElsewhere();
        }
        return switch (held.state()) {
            case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
            case UNKNOWN -> new ReserveResult.Pending();
            case SETTLED -> settled(holder, held, true);
        };
    }

    private ReserveResult contend(PaymentKey key, LedgerEntry present, RequestFingerprint fingerprint) {
        boolean sameRequest = present.fingerprint().equals(Digest.of(fingerprint.value()));
        return switch (present.state()) {
            case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
            case SETTLED -> settled(key, present, sameRequest);
            case UNKNOWN -> {
                if (!sameRequest) {
                    yield new ReserveResult.BoundElsewhere();
                }
                LedgerEntry resumed = present.resume(this.tokens.incrementAndGet());
                if (this.entries.replace(key, present, resumed)) {
                    this.history.noted(key, PaymentState.RESERVED, "RESUMED", "");
                    yield new ReserveResult.Reserved(resumed.reservation(key));
                }
                // Whoever finds out what became of it may have touched it meanwhile.
                LedgerEntry touched = this.entries.get(key);
                yield (touched != null) ? contend(key, touched, fingerprint) : new ReserveResult.InFlight();
            }
        };
    }

    private ReserveResult settled(PaymentKey key, LedgerEntry present, boolean sameRequest) {
        if (!sameRequest || present.delivery() == Delivery.DELIVERED) {
            return new ReserveResult.Used(key, sameRequest, present.transaction());
        }
        LedgerEntry taken = present.deliver(this.tokens.incrementAndGet());
        boolean free = present.delivery() != Delivery.UNDER_WAY && this.entries.replace(key, present, taken);
        if (!free) {
            return new ReserveResult.InFlight();
        }
        this.history.noted(key, null, "REDELIVERY", "");
        return new ReserveResult.Undelivered(taken.reservation(key), taken.transaction(),
                present.delivery() == Delivery.LOST);
    }

    @Override
    public boolean settling(Reservation reservation) {
        return transition(reservation, (entry) -> entry.with(PaymentState.SETTLING));
    }

    @Override
    public void settled(Reservation reservation, String transaction) {
        transition(reservation, (entry) -> entry.settledBy(transaction, Delivery.UNDER_WAY));
    }

    @Override
    public void delivered(Reservation reservation) {
        end(reservation, Delivery.DELIVERED);
    }

    @Override
    public void undelivered(Reservation reservation) {
        end(reservation, Delivery.LOST);
    }

    private void end(Reservation reservation, Delivery delivery) {
        LedgerEntry entry = this.entries.get(reservation.key());
        if (entry != null && entry.delivering(reservation)
                && this.entries.replace(reservation.key(), entry, entry.with(delivery))) {
            this.history.noted(reservation.key(), null, delivery.name(), "");
        }
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        transition(reservation, (entry) -> entry.unknown(transaction));
    }

    @Override
    public void release(Reservation reservation) {
        if (reservation.resumed()) {
            transition(reservation, (entry) -> entry.unknown(""));
            return;
        }
        LedgerEntry entry = this.entries.get(reservation.key());
        if (entry != null && entry.open(reservation) && this.entries.remove(reservation.key(), entry)) {
            this.history.forgot(reservation.key());
        }
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) {
        return Optional.ofNullable(this.entries.get(key)).map(LedgerEntry::state);
    }

    /**
     * Finds nothing: what another instance left is not here.
     */
    @Override
    public int recover(Duration after) {
        return 0;
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) {
        Instant now = this.clock.instant();
        List<UnknownPayment> leased = new ArrayList<>();
        this.entries.forEach((key, entry) -> {
            if (leased.size() < max && entry.due(now)
                    && this.entries.replace(key, entry, entry.leasedUntil(now.plus(lease)))) {
                leased.add(entry.unknownPayment(key));
            }
        });
        return leased;
    }

    @Override
    public boolean conclude(UnknownPayment payment, @Nullable String transaction) {
        LedgerEntry entry = this.entries.get(payment.key());
        if (entry == null || entry.state() != PaymentState.UNKNOWN || !entry.tokenText().equals(payment.token())) {
            return false;
        }
        if (transaction == null) {
            boolean forgotten = this.entries.remove(payment.key(), entry);
            if (forgotten) {
                this.history.forgot(payment.key());
            }
            return forgotten;
        }
        return move(payment.key(), entry, entry.settledBy(transaction, Delivery.NOT_BEGUN));
    }

    /**
     * Returns how many payments the ledger remembers at most.
     * @return the number of entries
     */
    public int capacity() {
        return this.entries.maxEntries();
    }

    /**
     * Returns how many payments the ledger remembers.
     * @return the number of entries
     */
    public int size() {
        return this.entries.size();
    }

    private boolean transition(Reservation reservation, UnaryOperator<LedgerEntry> change) {
        LedgerEntry entry = this.entries.get(reservation.key());
        return entry != null && entry.open(reservation) && move(reservation.key(), entry, change.apply(entry));
    }

    private boolean move(PaymentKey key, LedgerEntry entry, LedgerEntry changed) {
        boolean moved = this.entries.replace(key, entry, changed);
        if (moved) {
            this.history.moved(key, changed.state(), changed.transaction());
        }
        return moved;
    }

    /** Requests without query and body are all alike. */
    private Digest digest(PaymentClaim claim) {
        Bound bound = this.lastBound;
        if (bound == null || !bound.fingerprint().equals(claim.fingerprint())) {
            bound = new Bound(claim.fingerprint(), Digest.of(claim.fingerprint().value()));
            this.lastBound = bound;
        }
        return bound.digest();
    }

    /** Most payments are made under the same few terms. */
    private Terms terms(PaymentClaim claim) {
        Terms terms = this.lastTerms;
        if (terms == null || !terms.areOf(claim)) {
            terms = new Terms(claim.scheme(), claim.amount(), claim.payTo());
            this.lastTerms = terms;
        }
        return terms;
    }

    private record Bound(RequestFingerprint fingerprint, Digest digest) {
    }

}
