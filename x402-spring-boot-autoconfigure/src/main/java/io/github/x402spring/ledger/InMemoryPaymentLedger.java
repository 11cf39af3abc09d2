package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
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
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        PaymentKey key = claim.key();
        Entry fresh = new Entry(PaymentState.RESERVED, CompactFingerprint.of(claim.fingerprint()),
                claim.validBefore().getEpochSecond(), this.tokens.incrementAndGet(), false, terms(claim), null);
        return switch (this.entries.add(key, fresh, this.clock.instant())) {
            case Addition.Added<Entry> added -> new ReserveResult.Reserved(fresh.reservation(key));
            case Addition.Present<Entry>(Entry present) -> contend(key, present, claim.fingerprint());
            case Addition.Full<Entry> full -> new ReserveResult.Full();
        };
    }

    private ReserveResult contend(PaymentKey key, Entry present, RequestFingerprint fingerprint) {
        boolean sameRequest = present.fingerprint().equals(CompactFingerprint.of(fingerprint));
        return switch (present.state()) {
            case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
            case SETTLED -> new ReserveResult.Used(sameRequest);
            case UNKNOWN -> {
                if (!sameRequest) {
                    yield new ReserveResult.BoundElsewhere();
                }
                Entry resumed = present.resume(this.tokens.incrementAndGet());
                yield this.entries.replace(key, present, resumed) ? new ReserveResult.Reserved(resumed.reservation(key))
                        : new ReserveResult.InFlight();
            }
        };
    }

    @Override
    public boolean settling(Reservation reservation) {
        return transition(reservation, (entry) -> entry.with(PaymentState.SETTLING));
    }

    @Override
    public void settled(Reservation reservation, String transaction) {
        transition(reservation, Entry::settled);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        transition(reservation, (entry) -> entry.unknown(transaction));
    }

    @Override
    public void release(Reservation reservation) {
        if (reservation.resumed()) {
            transition(reservation, (entry) -> entry.with(PaymentState.UNKNOWN));
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
            Doubt doubt = entry.doubt();
            Terms terms = entry.terms();
            if (leased.size() == max || entry.state() != PaymentState.UNKNOWN || doubt == null || terms == null
                    || now.isBefore(doubt.leasedUntil())) {
                return;
            }
            Entry taken = entry.unknown(new Doubt(doubt.transaction(), now.plus(lease)));
            if (this.entries.replace(key, entry, taken)) {
                leased.add(new UnknownPayment(key, entry.tokenText(), terms.scheme(), terms.amount(), terms.payTo(),
                        Instant.ofEpochSecond(entry.validBefore()),
                        doubt.transaction().isEmpty() ? null : doubt.transaction()));
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
        return (transaction != null) ? this.entries.replace(payment.key(), entry, entry.settled())
                : this.entries.remove(payment.key(), entry);
    }

    /**
     * Returns how many payments the ledger remembers.
     * @return the number of entries
     */
    public int size() {
        return this.entries.size();
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

    private boolean transition(Reservation reservation, UnaryOperator<Entry> change) {
        Entry entry = this.entries.get(reservation.key());
        return entry != null && entry.open(reservation)
                && this.entries.replace(reservation.key(), entry, change.apply(entry));
    }

    /**
     * There may be a hundred thousand of them, so numbers stand where callers see text.
     *
     * @param state the state
     * @param fingerprint the request
     * @param validBefore when the authorization expires, in seconds since 1970
     * @param token tells one reservation of a payment from the next
     * @param resumed whether the settlement of an earlier reservation is unknown
     * @param terms what was to be paid; {@code null} once it is settled
     * @param doubt what is known of it while its settlement is unknown
     */
    private record Entry(PaymentState state, CompactFingerprint fingerprint, long validBefore, long token,
            boolean resumed, @Nullable Terms terms, @Nullable Doubt doubt) {

        Entry with(PaymentState state) {
            return new Entry(state, this.fingerprint, this.validBefore, this.token, this.resumed, this.terms,
                    this.doubt);
        }

        Entry settled() {
            return new Entry(PaymentState.SETTLED, this.fingerprint, this.validBefore, this.token, this.resumed, null,
                    null);
        }

        Entry unknown(Doubt doubt) {
            return new Entry(PaymentState.UNKNOWN, this.fingerprint, this.validBefore, this.token, this.resumed,
                    this.terms, doubt);
        }

        Entry unknown(String transaction) {
            return (this.doubt != null && transaction.isEmpty()) ? unknown(this.doubt)
                    : unknown(new Doubt(transaction, Instant.MIN));
        }

        Entry resume(long token) {
            return new Entry(PaymentState.RESERVED, this.fingerprint, this.validBefore, token, true, this.terms,
                    this.doubt);
        }

        Reservation reservation(PaymentKey key) {
            return new Reservation(key, tokenText(), this.resumed);
        }

        String tokenText() {
            return Long.toString(this.token);
        }

        boolean open(Reservation reservation) {
            return (this.state == PaymentState.RESERVED || this.state == PaymentState.SETTLING)
                    && tokenText().equals(reservation.token());
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

    /**
     * Is what is known of a payment whose settlement is unknown.
     *
     * @param transaction the transaction's hash, or the empty string
     * @param leasedUntil until when it is in somebody's hands
     */
    private record Doubt(String transaction, Instant leasedUntil) {
    }

    private record CompactFingerprint(long first, long second, long third, long fourth) {

        static CompactFingerprint of(RequestFingerprint fingerprint) {
            String digits = fingerprint.value();
            return new CompactFingerprint(HexFormat.fromHexDigitsToLong(digits, 0, 16),
                    HexFormat.fromHexDigitsToLong(digits, 16, 32), HexFormat.fromHexDigitsToLong(digits, 32, 48),
                    HexFormat.fromHexDigitsToLong(digits, 48, 64));
        }

    }

}
