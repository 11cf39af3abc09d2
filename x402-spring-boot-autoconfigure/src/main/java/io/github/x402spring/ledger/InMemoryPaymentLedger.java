package io.github.x402spring.ledger;

import java.math.BigInteger;
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

    /** Covers clocks that are set back while the instance runs. */
    private static final Duration SETTLED_RETENTION = Duration.ofMinutes(10);

    /**
     * Long enough for a person to look into a settlement whose outcome stayed unknown.
     */
    private static final Duration UNKNOWN_RETENTION = Duration.ofHours(24);

    private final BoundedEntries<Entry> entries;

    private final PurchaseNames names;

    private final AtomicLong tokens = new AtomicLong();

    private final Clock clock;

    private volatile @Nullable Terms lastTerms;

    /**
     * Creates a ledger.
     * @param clock the source of time
     * @param maxEntries how many payments it remembers at most
     */
    public InMemoryPaymentLedger(Clock clock, int maxEntries) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.entries = new BoundedEntries<>(clock.instant(), maxEntries, Entry::forgettable);
        this.names = new PurchaseNames((key) -> this.entries.get(key) != null);
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        PaymentKey key = claim.key();
        Entry fresh = Entry.reserved(claim, terms(claim), this.tokens.incrementAndGet());
        return switch (this.entries.add(key, fresh, this.clock.instant())) {
            case Addition.Added<Entry> added -> name(claim, fresh);
            case Addition.Present<Entry>(Entry present) -> contend(key, present, claim.fingerprint());
            case Addition.Full<Entry> full -> new ReserveResult.Full();
        };
    }

    /** The payment comes first: who holds the name always holds a payment, too. */
    private ReserveResult name(PaymentClaim claim, Entry fresh) {
        PaymentIdentifier identifier = claim.identifier();
        PaymentKey holder = (identifier != null) ? this.names.take(identifier, claim.key()) : null;
        if (identifier == null || holder == null) {
            return new ReserveResult.Reserved(fresh.reservation(claim.key()));
        }
        this.entries.remove(claim.key(), fresh);
        Entry held = this.entries.get(holder);
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

    private ReserveResult contend(PaymentKey key, Entry present, RequestFingerprint fingerprint) {
        boolean sameRequest = present.fingerprint().equals(Digest.of(fingerprint.value()));
        return switch (present.state()) {
            case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
            case SETTLED -> settled(key, present, sameRequest);
            case UNKNOWN -> {
                if (!sameRequest) {
                    yield new ReserveResult.BoundElsewhere();
                }
                Entry resumed = present.resume(this.tokens.incrementAndGet());
                if (this.entries.replace(key, present, resumed)) {
                    yield new ReserveResult.Reserved(resumed.reservation(key));
                }
                // Whoever finds out what became of it may have touched it meanwhile.
                Entry touched = this.entries.get(key);
                yield (touched != null) ? contend(key, touched, fingerprint) : new ReserveResult.InFlight();
            }
        };
    }

    private ReserveResult settled(PaymentKey key, Entry present, boolean sameRequest) {
        if (!sameRequest || present.delivery() == Delivery.DELIVERED) {
            return new ReserveResult.Used(key, sameRequest, present.transaction());
        }
        Entry taken = present.deliver(this.tokens.incrementAndGet());
        boolean free = present.delivery() != Delivery.UNDER_WAY && this.entries.replace(key, present, taken);
        return free ? new ReserveResult.Undelivered(taken.reservation(key), taken.transaction(),
                present.delivery() == Delivery.LOST) : new ReserveResult.InFlight();
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
        Entry entry = this.entries.get(reservation.key());
        if (entry != null && entry.delivering(reservation)) {
            this.entries.replace(reservation.key(), entry, entry.with(delivery));
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
        Entry entry = this.entries.get(reservation.key());
        if (entry != null && entry.open(reservation)) {
            this.entries.remove(reservation.key(), entry);
        }
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) {
        return Optional.ofNullable(this.entries.get(key)).map(Entry::state);
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
        Entry entry = this.entries.get(payment.key());
        if (entry == null || entry.state() != PaymentState.UNKNOWN || !entry.tokenText().equals(payment.token())) {
            return false;
        }
        return (transaction != null)
                ? this.entries.replace(payment.key(), entry, entry.settledBy(transaction, Delivery.NOT_BEGUN))
                : this.entries.remove(payment.key(), entry);
    }

    @Override
    public Optional<UnknownSettlements> unknownSettlements() {
        AtomicLong count = new AtomicLong();
        this.entries.forEach((key, entry) -> count.addAndGet((entry.state() == PaymentState.UNKNOWN) ? 1 : 0));
        return Optional.of(new UnknownSettlements(count.get(), null));
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

    private boolean transition(Reservation reservation, UnaryOperator<Entry> change) {
        Entry entry = this.entries.get(reservation.key());
        return entry != null && entry.open(reservation)
                && this.entries.replace(reservation.key(), entry, change.apply(entry));
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

    /** Is what became of the answer to a settled payment. */
    private enum Delivery {

        NOT_BEGUN, UNDER_WAY, LOST, DELIVERED

    }

    /**
     * There may be a hundred thousand of them, so numbers stand where callers see text.
     *
     * @param state the state
     * @param fingerprint the request
     * @param validBefore when the authorization expires, in seconds since 1970
     * @param token tells one reservation of a payment from the next
     * @param resumed whether the settlement of an earlier reservation is unknown
     * @param delivery what became of the answer, once the payment is settled
     * @param transaction the transaction's hash, or the empty string
     * @param terms what was to be paid
     * @param leasedUntil until when it is in somebody's hands who finds out what became
     * of it; {@code null} unless it is unknown
     */
    private record Entry(PaymentState state, Digest fingerprint, long validBefore, long token, boolean resumed,
            Delivery delivery, String transaction, Terms terms, @Nullable Instant leasedUntil) {

        static Entry reserved(PaymentClaim claim, Terms terms, long token) {
            return new Entry(PaymentState.RESERVED, Digest.of(claim.fingerprint().value()),
                    claim.validBefore().getEpochSecond(), token, false, Delivery.UNDER_WAY, "", terms, null);
        }

        Entry with(PaymentState state) {
            return new Entry(state, this.fingerprint, this.validBefore, this.token, this.resumed, this.delivery,
                    this.transaction, this.terms, this.leasedUntil);
        }

        Entry with(Delivery delivery) {
            return new Entry(this.state, this.fingerprint, this.validBefore, this.token, this.resumed, delivery,
                    this.transaction, this.terms, this.leasedUntil);
        }

        Entry settledBy(String transaction, Delivery delivery) {
            return new Entry(PaymentState.SETTLED, this.fingerprint, this.validBefore, this.token, this.resumed,
                    delivery, transaction, this.terms, null);
        }

        Entry unknown(String transaction) {
            return new Entry(PaymentState.UNKNOWN, this.fingerprint, this.validBefore, this.token, this.resumed,
                    this.delivery, transaction.isEmpty() ? this.transaction : transaction, this.terms, Instant.MIN);
        }

        Entry leasedUntil(Instant time) {
            return new Entry(this.state, this.fingerprint, this.validBefore, this.token, this.resumed, this.delivery,
                    this.transaction, this.terms, time);
        }

        Entry resume(long token) {
            return new Entry(PaymentState.RESERVED, this.fingerprint, this.validBefore, token, true, this.delivery,
                    this.transaction, this.terms, null);
        }

        Entry deliver(long token) {
            return new Entry(this.state, this.fingerprint, this.validBefore, token, this.resumed, Delivery.UNDER_WAY,
                    this.transaction, this.terms, null);
        }

        boolean due(Instant now) {
            return this.state == PaymentState.UNKNOWN && this.leasedUntil != null && !now.isBefore(this.leasedUntil);
        }

        UnknownPayment unknownPayment(PaymentKey key) {
            return new UnknownPayment(key, tokenText(), this.terms.scheme(), this.terms.amount(), this.terms.payTo(),
                    Instant.ofEpochSecond(this.validBefore), this.transaction.isEmpty() ? null : this.transaction);
        }

        String tokenText() {
            return Long.toString(this.token);
        }

        Reservation reservation(PaymentKey key) {
            return new Reservation(key, tokenText(), this.resumed);
        }

        boolean open(Reservation reservation) {
            return holds(reservation) && (this.state == PaymentState.RESERVED || this.state == PaymentState.SETTLING);
        }

        boolean delivering(Reservation reservation) {
            return holds(reservation) && this.state == PaymentState.SETTLED && this.delivery == Delivery.UNDER_WAY;
        }

        private boolean holds(Reservation reservation) {
            return tokenText().equals(reservation.token());
        }

        boolean forgettable(Instant now) {
            Duration retention = (this.state == PaymentState.SETTLED) ? SETTLED_RETENTION : UNKNOWN_RETENTION;
            return this.validBefore + retention.toSeconds() < now.getEpochSecond();
        }

    }

    private record Terms(String scheme, BigInteger amount, String payTo) {

        boolean areOf(PaymentClaim claim) {
            return this.scheme.equals(claim.scheme()) && this.amount.equals(claim.amount())
                    && this.payTo.equals(claim.payTo());
        }

    }

}
