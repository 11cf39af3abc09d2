package io.github.x402spring.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

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
public final class InMemoryPaymentLedger implements PaymentLedger {

    /** Covers clocks that are set back while the instance runs. */
    private static final Duration SETTLED_RETENTION = Duration.ofMinutes(10);

    /**
     * Long enough for a person to look into a settlement whose outcome stayed unknown.
     */
    private static final Duration UNKNOWN_RETENTION = Duration.ofHours(24);

    private final BoundedEntries<Entry> entries;

    private final AtomicLong tokens = new AtomicLong();

    private final Clock clock;

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
                claim.validBefore().getEpochSecond(), this.tokens.incrementAndGet(), false);
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
        return transition(reservation, PaymentState.SETTLING);
    }

    @Override
    public void settled(Reservation reservation, String transaction) {
        transition(reservation, PaymentState.SETTLED);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        transition(reservation, PaymentState.UNKNOWN);
    }

    @Override
    public void release(Reservation reservation) {
        if (reservation.resumed()) {
            transition(reservation, PaymentState.UNKNOWN);
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
     * Returns how many payments the ledger remembers.
     * @return the number of entries
     */
    public int size() {
        return this.entries.size();
    }

    private boolean transition(Reservation reservation, PaymentState state) {
        Entry entry = this.entries.get(reservation.key());
        return entry != null && entry.open(reservation)
                && this.entries.replace(reservation.key(), entry, entry.with(state));
    }

    /**
     * There may be a hundred thousand of them, so numbers stand where callers see text.
     *
     * @param state the state
     * @param fingerprint the request
     * @param validBefore when the authorization expires, in seconds since 1970
     * @param token tells one reservation of a payment from the next
     * @param resumed whether the settlement of an earlier reservation is unknown
     */
    private record Entry(PaymentState state, CompactFingerprint fingerprint, long validBefore, long token,
            boolean resumed) {

        Entry with(PaymentState state) {
            return new Entry(state, this.fingerprint, this.validBefore, this.token, this.resumed);
        }

        Entry resume(long token) {
            return new Entry(PaymentState.RESERVED, this.fingerprint, this.validBefore, token, true);
        }

        Reservation reservation(PaymentKey key) {
            return new Reservation(key, Long.toString(this.token), this.resumed);
        }

        boolean open(Reservation reservation) {
            return Long.toString(this.token).equals(reservation.token())
                    && (this.state == PaymentState.RESERVED || this.state == PaymentState.SETTLING);
        }

        boolean forgettable(Instant now) {
            Duration retention = (this.state == PaymentState.SETTLED) ? SETTLED_RETENTION : UNKNOWN_RETENTION;
            return this.validBefore + retention.toSeconds() < now.getEpochSecond();
        }

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
