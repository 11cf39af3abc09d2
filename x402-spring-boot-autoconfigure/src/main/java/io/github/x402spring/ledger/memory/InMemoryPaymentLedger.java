package io.github.x402spring.ledger.memory;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.BoundedEntries.Addition;
import io.github.x402spring.ledger.memory.LedgerEntry.Terms;

/**
 * Ledger in the memory of one instance. It is lost with the process: after a restart,
 * only the chain's nonce prevents a second use of a payment.
 * <p>
 * Entries are bounded: when there is no room, reserving is refused. Released payments
 * take no room; settled ones leave when their authorization can no longer be presented.
 * Payments of unknown outcome, and those that ended without one, are to take at most a
 * tenth of the room: beyond it the oldest expired ones are dropped, with one warning.
 * Those that have not expired are never dropped, however many there are, and other
 * payments are reserved as long as there is room: what bounds them is the number that
 * each payer may have, and that they expire.
 */
final class InMemoryPaymentLedger implements PaymentLedger {

    private static final Logger logger = LoggerFactory.getLogger(InMemoryPaymentLedger.class);

    private static final int UNCERTAIN_SHARE = 10;

    private final BoundedEntries<LedgerEntry> entries;

    private final PurchaseNames names;

    private final UncertainPayments uncertain;

    private final AtomicLong tokens = new AtomicLong();

    private final AtomicLong dropped = new AtomicLong();

    /** In milliseconds since 1970. */
    private final AtomicLong completeSince;

    private final Clock clock;

    private volatile @Nullable Terms lastTerms;

    private volatile @Nullable Bound lastBound;

    private final InMemoryPaymentHistory history;

    InMemoryPaymentLedger(Clock clock, int maxEntries) {
        this(clock, maxEntries, new InMemoryPaymentHistory(clock, 0));
    }

    InMemoryPaymentLedger(Clock clock, int maxEntries, InMemoryPaymentHistory history) {
        this.history = Objects.requireNonNull(history, "'history' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        Instant now = clock.instant();
        this.completeSince = new AtomicLong(now.toEpochMilli());
        this.entries = new BoundedEntries<>(now, maxEntries, LedgerEntry::forgettable, this::forgotten);
        this.names = new PurchaseNames((key) -> this.entries.get(key) != null);
        this.uncertain = new UncertainPayments(this.entries::get, Math.max(1, maxEntries / UNCERTAIN_SHARE));
    }

    private void forgotten(PaymentKey key, LedgerEntry entry) {
        if (entry.uncertain()) {
            this.uncertain.changed(key);
        }
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        PaymentKey key = claim.key();
        Instant now = this.clock.instant();
        LedgerEntry fresh = LedgerEntry.reserved(claim, digest(claim), terms(claim), this.tokens.incrementAndGet(),
                now);
        Addition<LedgerEntry> addition = this.entries.add(key, fresh, now);
        if (addition instanceof Addition.Full<LedgerEntry>) {
            this.uncertain.dropExpired(now, this::drop);
            addition = this.entries.add(key, fresh, now);
        }
        return switch (addition) {
            case Addition.Added<LedgerEntry> added -> added(claim, fresh);
            case Addition.Present<LedgerEntry>(LedgerEntry present) -> contend(key, present, claim.fingerprint());
            case Addition.Full<LedgerEntry> full -> new ReserveResult.Full();
        };
    }

    /**
     * The payment is taken first, so that the holder of a name always holds a payment,
     * too.
     */
    private ReserveResult added(PaymentClaim claim, LedgerEntry fresh) {
        PaymentIdentifier identifier = claim.identifier();
        PaymentKey holder = (identifier != null) ? this.names.take(identifier, claim.key()) : null;
        if (identifier != null && holder != null) {
            this.entries.remove(claim.key(), fresh);
            return named(identifier, holder, claim.key());
        }
        if (this.uncertain.tooManyUnknown(claim.key().payer())) {
            this.entries.remove(claim.key(), fresh);
            return new ReserveResult.TooManyUnknown();
        }
        this.history.reserved(claim);
        return new ReserveResult.Reserved(fresh.reservation(claim.key()));
    }

    private ReserveResult named(PaymentIdentifier identifier, PaymentKey holder, PaymentKey claimed) {
        LedgerEntry held = this.entries.get(holder);
        if (held == null) {
            return new ReserveResult.InFlight();
        }
        return ReserveResult.refused(held.payment(holder), claimed, this.names.sameTerms(identifier, holder));
    }

    private ReserveResult contend(PaymentKey key, LedgerEntry present, RequestFingerprint fingerprint) {
        boolean sameRequest = present.fingerprint().equals(Digest.of(fingerprint.value()));
        if (present.state() != PaymentState.UNKNOWN || !sameRequest) {
            return ReserveResult.refused(present.payment(key), key, sameRequest);
        }
        LedgerEntry resumed = present.resume(this.tokens.incrementAndGet());
        if (replace(key, present, resumed)) {
            this.history.noted(key, PaymentState.RESERVED, "RESUMED", "");
            return new ReserveResult.Reserved(resumed.reservation(key), resumed.payment(key));
        }
        // A reconciler may have touched it meanwhile.
        LedgerEntry touched = this.entries.get(key);
        return (touched != null) ? contend(key, touched, fingerprint) : new ReserveResult.InFlight();
    }

    @Override
    public boolean settling(Reservation reservation) {
        return transition(reservation, LedgerEntry::settling);
    }

    @Override
    public boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        PaymentKey key = reservation.key();
        for (LedgerEntry entry = this.entries.get(key); entry != null
                && entry.settleable(reservation); entry = this.entries.get(key)) {
            if (move(key, entry, entry.settled(transaction, responseDigest, this.clock.instant()))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        return take(found, maxRuns, 1);
    }

    @Override
    public Optional<Reservation> repeat(StoredPayment found) {
        return take(found, Integer.MAX_VALUE, (found.runs() == 0) ? 1 : 0);
    }

    private Optional<Reservation> take(StoredPayment found, int maxRuns, int begun) {
        PaymentKey key = found.key();
        LedgerEntry entry = this.entries.get(key);
        if (entry == null || !entry.deliverable(found, maxRuns)) {
            return Optional.empty();
        }
        LedgerEntry taken = entry.redeliver(this.tokens.incrementAndGet(), begun);
        if (!replace(key, entry, taken)) {
            return Optional.empty();
        }
        this.history.noted(key, null, "REDELIVERY", "");
        return Optional.of(new Reservation(key, taken.tokenText(), false));
    }

    @Override
    public void delivered(Reservation reservation) {
        end(reservation, LedgerEntry::delivered, InMemoryPaymentHistory.DELIVERED);
    }

    @Override
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        end(reservation, (entry) -> entry.lost(bodyBegun), bodyBegun ? "BROKEN" : "LOST");
    }

    private void end(Reservation reservation, UnaryOperator<LedgerEntry> change, String event) {
        LedgerEntry entry = this.entries.get(reservation.key());
        if (entry != null && entry.delivering(reservation) && replace(reservation.key(), entry, change.apply(entry))) {
            this.history.noted(reservation.key(), null, event, "");
        }
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        if (transition(reservation, (entry) -> entry.unknown(transaction))) {
            this.uncertain.dropExpired(this.clock.instant(), this::drop);
        }
    }

    @Override
    public void release(Reservation reservation) {
        if (reservation.resumed()) {
            unknown(reservation, "");
            return;
        }
        LedgerEntry entry = this.entries.get(reservation.key());
        if (entry != null && entry.open(reservation) && this.entries.remove(reservation.key(), entry)) {
            this.history.forgot(reservation.key());
        }
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        if (reservation.resumed()) {
            unknown(reservation, "");
        }
        else if (transition(reservation, (entry) -> entry.ended(PaymentState.USED_ELSEWHERE, null))) {
            this.uncertain.dropExpired(this.clock.instant(), this::drop);
        }
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        LedgerEntry entry = this.entries.get(key);
        return (entry != null) ? Optional.of(entry.payment(key)) : Optional.empty();
    }

    @Override
    public Instant completeSince() {
        return Instant.ofEpochMilli(this.completeSince.get());
    }

    @Override
    public Duration retention() {
        return LedgerEntry.SETTLED_RETENTION;
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
                leased.add(entry.payment(key).unknown());
            }
        });
        return leased;
    }

    @Override
    public boolean conclude(UnknownPayment payment, Conclusion conclusion) {
        return conclude(payment, PaymentState.UNKNOWN, conclusion);
    }

    @Override
    public boolean resolve(StoredPayment found, Conclusion conclusion) {
        return found.state().resolvable() && conclude(found.unknown(), found.state(), conclusion);
    }

    private boolean conclude(UnknownPayment found, PaymentState state, Conclusion conclusion) {
        PaymentKey key = found.key();
        for (LedgerEntry entry = this.entries.get(key); entry != null && entry.state() == state
                && entry.tokenText().equals(found.token()); entry = this.entries.get(key)) {
            if (conclude(key, entry, conclusion)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void note(PaymentKey key, String type, String transaction) {
        this.history.noted(key, null, type, transaction);
    }

    private boolean conclude(PaymentKey key, LedgerEntry entry, Conclusion conclusion) {
        return switch (conclusion) {
            case Conclusion.Settled(String transaction) ->
                move(key, entry, entry.concluded(transaction, this.clock.instant()));
            case Conclusion.UsedElsewhere(String transaction) ->
                move(key, entry, entry.ended(PaymentState.USED_ELSEWHERE, transaction));
            case Conclusion.Unresolved unresolved -> move(key, entry, entry.ended(PaymentState.UNRESOLVED, null));
            case Conclusion.Unsettled unsettled -> {
                boolean forgotten = replace(key, entry, null);
                if (forgotten) {
                    this.history.erased(key);
                }
                yield forgotten;
            }
        };
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public int capacity() {
        return this.entries.maxEntries();
    }

    @Override
    public int size() {
        return this.entries.size();
    }

    /**
     * Returns how many payments of unknown outcome were dropped, because they took more
     * than their share of the room and had expired.
     * @return the number since the instance started
     */
    long dropped() {
        return this.dropped.get();
    }

    /** Returns how many payments have no certain outcome, by the index. */
    int uncertain() {
        return this.uncertain.size();
    }

    private void drop(PaymentKey key, LedgerEntry entry) {
        if (!replace(key, entry, null)) {
            return;
        }
        // A payment of the same millisecond may be lost, too.
        this.completeSince.accumulateAndGet(entry.reservedAt() + 1, Math::max);
        this.history.forgot(key);
        if (this.dropped.getAndIncrement() == 0) {
            logger.warn("Payments of unknown outcome take more than a tenth of the ledger in memory; the oldest "
                    + "expired ones are dropped from now on. Store the ledger in a database or in Redis, or raise "
                    + "x402.ledger.max-entries");
        }
    }

    private boolean transition(Reservation reservation, UnaryOperator<LedgerEntry> change) {
        LedgerEntry entry = this.entries.get(reservation.key());
        return entry != null && entry.open(reservation) && move(reservation.key(), entry, change.apply(entry));
    }

    private boolean move(PaymentKey key, LedgerEntry entry, LedgerEntry changed) {
        boolean moved = replace(key, entry, changed);
        if (moved) {
            this.history.moved(key, changed.state(), changed.transaction());
        }
        return moved;
    }

    /** Replaces an entry, or removes it where the new one is {@code null}. */
    private boolean replace(PaymentKey key, LedgerEntry entry, @Nullable LedgerEntry changed) {
        boolean replaced = (changed != null) ? this.entries.replace(key, entry, changed)
                : this.entries.remove(key, entry);
        if (replaced && entry.uncertain() != (changed != null && changed.uncertain())) {
            this.uncertain.changed(key);
        }
        return replaced;
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
            terms = Terms.of(claim);
            this.lastTerms = terms;
        }
        return terms;
    }

    private record Bound(RequestFingerprint fingerprint, Digest digest) {
    }

}
