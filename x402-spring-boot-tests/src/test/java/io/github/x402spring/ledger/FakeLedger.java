package io.github.x402spring.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Writes down every call and fails where it is told to; otherwise does what the wrapped
 * ledger does.
 */
public final class FakeLedger implements PaymentLedger {

    private final PaymentLedger delegate;

    private final List<String> journal;

    private final Map<Operation, Exception> failures = new EnumMap<>(Operation.class);

    private volatile boolean reservationsVoid;

    private volatile @Nullable String responseDigest;

    private volatile @Nullable ReserveResult nextResult;

    private volatile @Nullable Reservation nextRun;

    private volatile @Nullable Reservation nextRepetition;

    private volatile Instant completeSince = Instant.EPOCH;

    private volatile Duration retention = Duration.ofMinutes(10);

    private volatile boolean settledRefused;

    private volatile @Nullable RuntimeException deliveryFailure;

    public FakeLedger(PaymentLedger delegate) {
        this(delegate, new CopyOnWriteArrayList<>());
    }

    public FakeLedger(PaymentLedger delegate, List<String> journal) {
        this.delegate = delegate;
        this.journal = journal;
    }

    public void failOn(Operation operation, Exception failure) {
        this.failures.put(operation, failure);
    }

    /** Has what is recorded of deliveries fail. */
    public void failDeliveries(RuntimeException failure) {
        this.deliveryFailure = failure;
    }

    public void recover() {
        this.failures.clear();
    }

    public void voidReservations() {
        this.reservationsVoid = true;
    }

    /** Other calls have taken what is settled from now on. */
    public @Nullable String responseDigest() {
        return this.responseDigest;
    }

    public void answerReserve(ReserveResult result) {
        this.nextResult = result;
    }

    public void answerRepeat(Reservation reservation) {
        this.nextRepetition = reservation;
    }

    public void answerRedeliver(Reservation reservation) {
        this.nextRun = reservation;
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        enter(Operation.RESERVE);
        ReserveResult result = this.nextResult;
        return (result != null) ? result : this.delegate.reserve(claim);
    }

    @Override
    public boolean settling(Reservation reservation) {
        enter(Operation.SETTLING);
        return !this.reservationsVoid && this.delegate.settling(reservation);
    }

    @Override
    public boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        enter(Operation.SETTLED);
        this.responseDigest = responseDigest;
        return !this.settledRefused && this.delegate.settled(reservation, transaction, responseDigest);
    }

    @Override
    public Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        enter(Operation.REDELIVER);
        Reservation reservation = this.nextRun;
        return (reservation != null) ? Optional.of(reservation) : this.delegate.redeliver(found, maxRuns);
    }

    @Override
    public Optional<Reservation> repeat(StoredPayment found) {
        enter(Operation.REPEAT);
        Reservation reservation = this.nextRepetition;
        return (reservation != null) ? Optional.of(reservation) : this.delegate.repeat(found);
    }

    @Override
    public void delivered(Reservation reservation) {
        this.journal.add("ledger.delivered");
        failDelivery();
        this.delegate.delivered(reservation);
    }

    @Override
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        this.journal.add("ledger.undelivered");
        failDelivery();
        this.delegate.undelivered(reservation, bodyBegun);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        enter(Operation.UNKNOWN);
        this.delegate.unknown(reservation, transaction);
    }

    @Override
    public void release(Reservation reservation) {
        enter(Operation.RELEASE);
        this.delegate.release(reservation);
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        enter(Operation.USED_ELSEWHERE);
        this.delegate.usedElsewhere(reservation);
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        enter(Operation.FIND);
        return this.delegate.find(key);
    }

    public void completeSince(Instant completeSince) {
        this.completeSince = completeSince;
    }

    @Override
    public Instant completeSince() {
        return this.completeSince;
    }

    public void retention(Duration retention) {
        this.retention = retention;
    }

    @Override
    public Duration retention() {
        return this.retention;
    }

    public void refuseSettled() {
        this.settledRefused = true;
    }

    private void failDelivery() {
        RuntimeException failure = this.deliveryFailure;
        if (failure != null) {
            throw failure;
        }
    }

    private void enter(Operation operation) {
        this.journal.add(operation.call());
        switch (this.failures.get(operation)) {
            case null -> {
            }
            case LedgerException ex -> throw ex;
            case RuntimeException ex -> throw ex;
            case Exception ex -> throw new IllegalStateException(ex);
        }
    }

    /**
     * Names the methods of a ledger.
     */
    public enum Operation {

        RESERVE("reserve"), SETTLING("settling"), SETTLED("settled"), UNKNOWN("unknown"), RELEASE("release"),
        FIND("find"), REDELIVER("redeliver"), REPEAT("repeat"), USED_ELSEWHERE("usedElsewhere");

        private final String method;

        Operation(String method) {
            this.method = method;
        }

        public String call() {
            return "ledger." + this.method;
        }

    }

}
