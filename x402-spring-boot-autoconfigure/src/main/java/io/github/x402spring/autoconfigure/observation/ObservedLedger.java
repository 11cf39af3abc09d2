package io.github.x402spring.autoconfigure.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.observation.DefaultLedgerObservationConvention;
import io.github.x402spring.observation.LedgerObservationContext;
import io.github.x402spring.observation.LedgerObservationConvention;
import io.github.x402spring.observation.X402Observation;

/**
 * Observes what requests ask a ledger and wait for.
 */
final class ObservedLedger implements PaymentLedger {

    private static final LedgerObservationConvention STANDARD = new DefaultLedgerObservationConvention();

    private static final String DONE = "done";

    private final PaymentLedger target;

    private final String kind;

    private final ObservationRegistry registry;

    private final @Nullable LedgerObservationConvention custom;

    ObservedLedger(PaymentLedger target, ObservationRegistry registry, @Nullable LedgerObservationConvention custom) {
        this.target = target;
        this.kind = target.kind();
        this.registry = registry;
        this.custom = custom;
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        return observe("reserve", () -> this.target.reserve(claim), ObservedLedger::outcome);
    }

    private static String outcome(ReserveResult result) {
        return switch (result) {
            case ReserveResult.Reserved reserved -> reserved.reservation().resumed() ? "resumed" : "reserved";
            case ReserveResult.InFlight inFlight -> "in_flight";
            case ReserveResult.BoundElsewhere elsewhere -> "bound_elsewhere";
            case ReserveResult.Pending pending -> "pending";
            case ReserveResult.Settled settled -> "settled";
            case ReserveResult.Ended ended -> "ended";
            case ReserveResult.TooManyUnknown tooMany -> "too_many_unknown";
            case ReserveResult.Full full -> "full";
        };
    }

    @Override
    public boolean settling(Reservation reservation) {
        return observe("settling", () -> this.target.settling(reservation), (begun) -> begun ? DONE : "void");
    }

    @Override
    public boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        return observe("settled", () -> this.target.settled(reservation, transaction, responseDigest),
                (recorded) -> recorded ? DONE : "void");
    }

    @Override
    public Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        return observe("redeliver", () -> this.target.redeliver(found, maxRuns),
                (taken) -> taken.isPresent() ? DONE : "void");
    }

    @Override
    public Optional<Reservation> repeat(StoredPayment found) {
        return observe("repeat", () -> this.target.repeat(found), (taken) -> taken.isPresent() ? DONE : "void");
    }

    @Override
    public void delivered(Reservation reservation) {
        this.target.delivered(reservation);
    }

    @Override
    public void undelivered(Reservation reservation, boolean bodyBegun) {
        this.target.undelivered(reservation, bodyBegun);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) {
        record("unknown", () -> this.target.unknown(reservation, transaction));
    }

    @Override
    public void release(Reservation reservation) {
        record("release", () -> this.target.release(reservation));
    }

    @Override
    public void usedElsewhere(Reservation reservation) {
        record("used_elsewhere", () -> this.target.usedElsewhere(reservation));
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        return observe("find", () -> this.target.find(key), (found) -> DONE);
    }

    @Override
    public String kind() {
        return this.kind;
    }

    @Override
    public boolean shared() {
        return this.target.shared();
    }

    @Override
    public int capacity() {
        return this.target.capacity();
    }

    @Override
    public int size() {
        return this.target.size();
    }

    @Override
    public int recover(Duration after) {
        return this.target.recover(after);
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) {
        return this.target.lease(lease, max);
    }

    @Override
    public boolean conclude(UnknownPayment payment, Conclusion conclusion) {
        return this.target.conclude(payment, conclusion);
    }

    @Override
    public boolean resolve(StoredPayment found, Conclusion conclusion) {
        return this.target.resolve(found, conclusion);
    }

    @Override
    public void note(PaymentKey key, String type, String transaction) {
        this.target.note(key, type, transaction);
    }

    @Override
    public String storage() {
        return this.target.storage();
    }

    @Override
    public Instant completeSince() {
        return this.target.completeSince();
    }

    @Override
    public Duration retention() {
        return this.target.retention();
    }

    private void record(String operation, Runnable note) {
        observe(operation, () -> {
            note.run();
            return DONE;
        }, Function.identity());
    }

    private <T> T observe(String operation, Supplier<T> question, Function<T, String> outcome) {
        if (this.registry.isNoop()) {
            return question.get();
        }
        LedgerObservationContext context = new LedgerObservationContext(operation, this.kind);
        Observation observation = X402Observation.LEDGER.start(this.custom, STANDARD, () -> context, this.registry);
        context.setOutcome("failed");
        try (Observation.Scope scope = observation.openScope()) {
            T reply = question.get();
            context.setOutcome(outcome.apply(reply));
            return reply;
        }
        catch (LedgerException ex) {
            observation.error(ex);
            throw ex;
        }
        finally {
            observation.stop();
        }
    }

}
