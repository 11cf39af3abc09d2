package io.github.x402spring.test.contract;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;

/**
 * Ledger that does what the contract asks for and nothing else, and the faults that the
 * contract has to find in it. All instances of a store are one ledger.
 */
final class SmallLedger implements PaymentLedger {

    /** In nanoseconds. Long enough for others to come between. */
    private static final long MOMENT = 2_000_000;

    private final Store store;

    private final Clock clock;

    private final @Nullable Fault fault;

    SmallLedger(Store store, Clock clock, @Nullable Fault fault) {
        this.store = store;
        this.clock = clock;
        this.fault = fault;
    }

    private boolean has(Fault fault) {
        return this.fault == fault;
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        if (has(Fault.RESERVES_WITHOUT_LOCK)) {
            Entry present;
            synchronized (this.store) {
                present = entry(claim.key());
            }
            LockSupport.parkNanos(MOMENT);
            synchronized (this.store) {
                return reserve(claim, present);
            }
        }
        synchronized (this.store) {
            return reserve(claim, entry(claim.key()));
        }
    }

    private ReserveResult reserve(PaymentClaim claim, @Nullable Entry present) {
        if (present != null) {
            return present(claim, present);
        }
        PaymentIdentifier identifier = claim.identifier();
        Entry holder = (identifier != null && !has(Fault.FORGETS_NAMES))
                ? this.store.strayNames.getOrDefault(identifier, holder(identifier)) : null;
        if (identifier != null && holder != null) {
            return named(identifier, holder);
        }
        if (unknownOf(claim.key().payer()) >= MAX_UNKNOWN_PER_PAYER && !has(Fault.COUNTS_NO_UNKNOWN)) {
            return new ReserveResult.TooManyUnknown();
        }
        return fresh(claim);
    }

    private @Nullable Entry entry(PaymentKey key) {
        Entry entry = this.store.entries.get(index(key));
        boolean forgotten = entry != null && has(Fault.FORGETS_BEFORE_EXPIRY)
                && this.clock.instant().isAfter(entry.reservedAt.plusSeconds(60));
        return forgotten ? null : entry;
    }

    private PaymentKey index(PaymentKey key) {
        return has(Fault.IGNORES_THE_NETWORK)
                ? new PaymentKey(Network.parse("base"), key.asset(), key.payer(), key.nonce()) : key;
    }

    private void remove(Entry entry) {
        this.store.entries.remove(index(entry.claim.key()));
    }

    private ReserveResult fresh(PaymentClaim claim) {
        Entry entry = new Entry(claim, this.clock.instant());
        renew(entry);
        if (has(Fault.FORGETS_TERMS)) {
            entry.terms = PaymentLedgerContract.claim(claim.key(), claim.fingerprint(), claim.validBefore());
        }
        if (!has(Fault.FORGETS_RESERVATIONS)) {
            this.store.entries.put(index(claim.key()), entry);
        }
        return new ReserveResult.Reserved(new Reservation(claim.key(), entry.token, false));
    }

    private ReserveResult present(PaymentClaim claim, Entry entry) {
        PaymentIdentifier name = claim.identifier();
        if (name != null && !name.equals(entry.claim.identifier())) {
            if (has(Fault.LEAVES_NAMES_OF_REFUSED_CLAIMS)) {
                this.store.strayNames.put(name, entry);
            }
            if (entry.state == PaymentState.RESERVED && has(Fault.GRANTS_AGAIN_UNDER_ANOTHER_NAME)) {
                return fresh(claim);
            }
        }
        boolean same = entry.claim.fingerprint().equals(claim.fingerprint()) || has(Fault.IGNORES_THE_REQUEST);
        if (entry.state == PaymentState.SETTLED && has(Fault.ACCEPTS_SETTLED_AGAIN)) {
            return fresh(claim);
        }
        if (entry.state == PaymentState.UNKNOWN && same) {
            if (has(Fault.NEVER_RESUMES)) {
                return new ReserveResult.InFlight();
            }
            renew(entry);
            entry.resumed = true;
            move(entry, PaymentState.RESERVED);
            if (has(Fault.TAKES_TERMS_OF_THE_RESUMPTION)) {
                entry.terms = claim;
            }
            return new ReserveResult.Reserved(new Reservation(claim.key(), entry.token, true), stored(entry));
        }
        return switch (entry.state) {
            case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
            case UNKNOWN -> new ReserveResult.BoundElsewhere(entry.state);
            case SETTLED, UNRESOLVED, USED_ELSEWHERE -> over(entry, same);
        };
    }

    private ReserveResult over(Entry entry, boolean same) {
        if (!same) {
            return new ReserveResult.BoundElsewhere(entry.state);
        }
        return (entry.state == PaymentState.SETTLED) ? new ReserveResult.Settled(stored(entry))
                : new ReserveResult.Ended(entry.state);
    }

    private @Nullable Entry holder(PaymentIdentifier identifier) {
        for (Entry entry : this.store.entries.values()) {
            PaymentIdentifier other = entry.claim.identifier();
            if (other != null && other.scope().equals(identifier.scope())) {
                return entry;
            }
        }
        return null;
    }

    private ReserveResult named(PaymentIdentifier identifier, Entry holder) {
        boolean same = identifier.equals(holder.claim.identifier());
        return switch (holder.state) {
            case RESERVED, SETTLING, RELEASED ->
                same ? new ReserveResult.InFlight() : new ReserveResult.BoundElsewhere(holder.state);
            case UNKNOWN -> same ? new ReserveResult.Pending() : new ReserveResult.BoundElsewhere(holder.state);
            case SETTLED, UNRESOLVED, USED_ELSEWHERE -> over(holder, same);
        };
    }

    private long unknownOf(String payer) {
        return this.store.entries.values()
            .stream()
            .filter((entry) -> entry.state == PaymentState.UNKNOWN && entry.claim.key().payer().equals(payer))
            .count();
    }

    @Override
    public boolean settling(Reservation reservation) {
        synchronized (this.store) {
            Entry entry = open(reservation);
            if (entry == null) {
                return has(Fault.SENDS_VOID_RESERVATIONS);
            }
            move(entry, PaymentState.SETTLING);
            return true;
        }
    }

    @Override
    public boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        synchronized (this.store) {
            Entry entry = entry(reservation.key());
            if (entry == null || !entry.token.equals(reservation.token()) || !settleable(entry)) {
                return false;
            }
            settle(entry, transaction);
            entry.responseDigest = responseDigest;
            entry.delivery = has(Fault.DELIVERS_TWICE) ? Delivery.LOST : Delivery.IN_FLIGHT;
            entry.runs++;
            return true;
        }
    }

    private boolean settleable(Entry entry) {
        return entry.state == PaymentState.RESERVED || entry.state == PaymentState.SETTLING
                || (entry.state == PaymentState.UNKNOWN && !has(Fault.LOSES_LATE_SETTLEMENTS));
    }

    private void settle(Entry entry, String transaction) {
        move(entry, PaymentState.SETTLED);
        entry.transaction = has(Fault.FORGETS_THE_TRANSACTION) ? null : transaction;
        entry.settledAt = this.clock.instant();
    }

    @Override
    public Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        return take(found, has(Fault.COUNTS_NO_RUNS) ? Integer.MAX_VALUE : maxRuns, 1);
    }

    @Override
    public Optional<Reservation> repeat(StoredPayment found) {
        return take(found, Integer.MAX_VALUE, (found.runs() == 0) ? 1 : 0);
    }

    private Optional<Reservation> take(StoredPayment found, int maxRuns, int begun) {
        Entry earlier;
        synchronized (this.store) {
            earlier = deliverable(found, maxRuns);
        }
        if (has(Fault.TAKES_WITHOUT_LOCK)) {
            LockSupport.parkNanos(MOMENT);
        }
        synchronized (this.store) {
            Entry entry = has(Fault.TAKES_WITHOUT_LOCK) ? earlier : deliverable(found, maxRuns);
            if (entry == null) {
                return Optional.empty();
            }
            renew(entry);
            entry.delivery = Delivery.IN_FLIGHT;
            entry.runs += begun;
            return Optional.of(new Reservation(found.key(), entry.token, false));
        }
    }

    private @Nullable Entry deliverable(StoredPayment found, int maxRuns) {
        Entry entry = entry(found.key());
        boolean deliverable = entry != null && entry.state == PaymentState.SETTLED
                && (entry.delivery == Delivery.NOT_BEGUN || entry.delivery == Delivery.LOST) && entry.runs <= maxRuns
                && (entry.token.equals(found.token()) || has(Fault.REDELIVERS_WHAT_WAS_TAKEN));
        return deliverable ? entry : null;
    }

    @Override
    public void delivered(Reservation reservation) {
        end(reservation, Delivery.DELIVERED, false);
    }

    @Override
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        end(reservation, has(Fault.TAKES_LOST_FOR_DELIVERED) ? Delivery.DELIVERED : Delivery.LOST, bodyBegun);
    }

    private void end(Reservation reservation, Delivery delivery, boolean bodyBegun) {
        synchronized (this.store) {
            Entry entry = entry(reservation.key());
            if (entry != null && entry.state == PaymentState.SETTLED && entry.delivery == Delivery.IN_FLIGHT
                    && (entry.token.equals(reservation.token()) || has(Fault.ENDS_DELIVERIES_OF_OTHERS))) {
                entry.delivery = delivery;
                entry.bodyBegun = bodyBegun || (entry.bodyBegun && !has(Fault.FORGETS_THE_BODY));
            }
        }
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        synchronized (this.store) {
            Entry entry = open(reservation);
            if (entry != null) {
                makeUnknown(entry, transaction);
            }
        }
    }

    private void makeUnknown(Entry entry, String transaction) {
        if (has(Fault.TAKES_UNKNOWN_FOR_FAILED)) {
            remove(entry);
            return;
        }
        move(entry, PaymentState.UNKNOWN);
        entry.leasedUntil = Instant.MIN;
        if (!transaction.isEmpty() || has(Fault.FORGETS_THE_PENDING_TRANSACTION)) {
            entry.transaction = transaction.isEmpty() ? null : transaction;
        }
    }

    @Override
    public void release(Reservation reservation) {
        synchronized (this.store) {
            Entry entry = has(Fault.RELEASES_FOR_ANYONE) ? entry(reservation.key()) : open(reservation);
            if (entry == null) {
                return;
            }
            if (entry.resumed && !has(Fault.FREES_RESUMED_PAYMENTS)) {
                makeUnknown(entry, "");
            }
            else if (!has(Fault.NEVER_RELEASES)) {
                remove(entry);
            }
        }
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        synchronized (this.store) {
            Entry entry = open(reservation);
            if (entry == null) {
                return;
            }
            if (entry.resumed) {
                makeUnknown(entry, "");
            }
            else {
                move(entry, PaymentState.USED_ELSEWHERE);
            }
        }
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        synchronized (this.store) {
            return Optional.ofNullable(entry(key)).map(this::stored);
        }
    }

    @Override
    public int recover(Duration after) {
        synchronized (this.store) {
            Instant latest = this.clock.instant().minus(after);
            List<Entry> abandoned = this.store.entries.values()
                .stream()
                .filter((entry) -> entry.state == PaymentState.RESERVED || entry.state == PaymentState.SETTLING)
                .filter((entry) -> !entry.touched.isAfter(latest) || has(Fault.RECOVERS_WHAT_IS_IN_USE))
                .toList();
            for (Entry entry : abandoned) {
                boolean free = entry.state == PaymentState.RESERVED && !entry.resumed;
                if (free || has(Fault.FREES_WHAT_WAS_SENT)) {
                    remove(entry);
                }
                else {
                    makeUnknown(entry, "");
                }
            }
            return abandoned.size();
        }
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) {
        synchronized (this.store) {
            Instant now = this.clock.instant();
            List<UnknownPayment> leased = new ArrayList<>();
            for (Entry entry : this.store.entries.values()) {
                if (leased.size() < max && entry.state == PaymentState.UNKNOWN
                        && (!now.isBefore(entry.leasedUntil) || has(Fault.LEASES_TO_MANY))) {
                    entry.leasedUntil = now.plus(lease);
                    leased.add(stored(entry).unknown());
                }
            }
            return leased;
        }
    }

    @Override
    public boolean conclude(UnknownPayment payment, Conclusion conclusion) {
        synchronized (this.store) {
            Entry entry = entry(payment.key());
            boolean valid = entry != null && entry.state == PaymentState.UNKNOWN && entry.token.equals(payment.token());
            if (entry == null || (!valid && !has(Fault.CONCLUDES_WHAT_HAS_ENDED))) {
                return false;
            }
            end(entry, conclusion);
            return true;
        }
    }

    @Override
    public boolean resolve(StoredPayment found, Conclusion conclusion) {
        synchronized (this.store) {
            Entry entry = entry(found.key());
            if (entry == null || !entry.state.resolvable() || entry.state != found.state()
                    || !entry.token.equals(found.token())) {
                return false;
            }
            end(entry, conclusion);
            return true;
        }
    }

    private void end(Entry entry, Conclusion conclusion) {
        switch (conclusion) {
            case Conclusion.Settled(String transaction) -> settle(entry, transaction);
            case Conclusion.Unsettled unsettled -> remove(entry);
            case Conclusion.Unresolved unresolved -> move(entry, PaymentState.UNRESOLVED);
            case Conclusion.UsedElsewhere(String transaction) -> {
                move(entry, PaymentState.USED_ELSEWHERE);
                entry.transaction = (transaction != null) ? transaction : entry.transaction;
            }
        }
    }

    private @Nullable Entry open(Reservation reservation) {
        Entry entry = entry(reservation.key());
        boolean open = entry != null && entry.token.equals(reservation.token())
                && (entry.state == PaymentState.RESERVED || entry.state == PaymentState.SETTLING);
        return open ? entry : null;
    }

    private void move(Entry entry, PaymentState state) {
        entry.state = state;
        entry.touched = this.clock.instant();
    }

    private void renew(Entry entry) {
        entry.token = has(Fault.KEEPS_TOKENS) ? "token" : "token " + ++this.store.tokens;
        entry.touched = this.clock.instant();
    }

    private StoredPayment stored(Entry entry) {
        return StoredPayment.builder(entry.terms, entry.token, entry.reservedAt)
            .rail(entry.claim.rail())
            .validBefore(entry.claim.validBefore())
            .signatureDigest(entry.claim.signatureDigest())
            .state(entry.state)
            .settledAt(entry.settledAt)
            .transaction(entry.transaction)
            .delivery(entry.delivery, entry.bodyBegun, entry.runs)
            .responseDigest(entry.responseDigest)
            .build();
    }

    /**
     * Ways to do it wrong.
     */
    enum Fault {

        FORGETS_RESERVATIONS, ACCEPTS_SETTLED_AGAIN, RESERVES_WITHOUT_LOCK, TAKES_WITHOUT_LOCK, IGNORES_THE_REQUEST,
        IGNORES_THE_NETWORK, FORGETS_BEFORE_EXPIRY, FORGETS_TERMS, FORGETS_NAMES, COUNTS_NO_UNKNOWN, NEVER_RESUMES,
        TAKES_TERMS_OF_THE_RESUMPTION, SENDS_VOID_RESERVATIONS, KEEPS_TOKENS, DELIVERS_TWICE, LOSES_LATE_SETTLEMENTS,
        FORGETS_THE_TRANSACTION, FORGETS_THE_PENDING_TRANSACTION, COUNTS_NO_RUNS, REDELIVERS_WHAT_WAS_TAKEN,
        TAKES_LOST_FOR_DELIVERED, ENDS_DELIVERIES_OF_OTHERS, FORGETS_THE_BODY, TAKES_UNKNOWN_FOR_FAILED,
        RELEASES_FOR_ANYONE, FREES_RESUMED_PAYMENTS, NEVER_RELEASES, RECOVERS_WHAT_IS_IN_USE, FREES_WHAT_WAS_SENT,
        LEASES_TO_MANY, CONCLUDES_WHAT_HAS_ENDED, LEAVES_NAMES_OF_REFUSED_CLAIMS, GRANTS_AGAIN_UNDER_ANOTHER_NAME

    }

    /**
     * What instances share.
     */
    static final class Store {

        private final Map<PaymentKey, Entry> entries = new HashMap<>();

        private final Map<PaymentIdentifier, @Nullable Entry> strayNames = new HashMap<>();

        private int tokens;

    }

    private static final class Entry {

        private final PaymentClaim claim;

        private final Instant reservedAt;

        private PaymentClaim terms;

        private String token = "";

        private PaymentState state = PaymentState.RESERVED;

        private Instant touched;

        private Instant leasedUntil = Instant.MIN;

        private boolean resumed;

        private @Nullable Instant settledAt;

        private @Nullable String transaction;

        private Delivery delivery = Delivery.NOT_BEGUN;

        private boolean bodyBegun;

        private int runs;

        private @Nullable String responseDigest;

        private Entry(PaymentClaim claim, Instant now) {
            this.claim = claim;
            this.terms = claim;
            this.reservedAt = now;
            this.touched = now;
        }

    }

}
