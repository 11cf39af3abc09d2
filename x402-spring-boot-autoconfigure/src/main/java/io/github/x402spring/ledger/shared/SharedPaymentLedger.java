package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Base of ledgers that several instances share.
 * <ul>
 * <li>A settlement that cannot be recorded is held by this instance until
 * {@link #recover} records it, before another instance could take it for abandoned, or
 * after.
 * <li>The end of a delivery is written behind, and what this instance delivered counts as
 * delivered at once. While a delivery lasts, its lease in the store is renewed.
 * </ul>
 * Thread-safe. The methods that subclasses implement throw a {@link LedgerException} if
 * the store is unavailable.
 */
abstract class SharedPaymentLedger implements PaymentLedger, AutoCloseable {

    /** Minimum time for which records are stored. Covers clocks that go wrong. */
    protected static final Duration MIN_RETENTION = Duration.ofHours(1);

    /**
     * A payment may be released and reserved again between two reads, as often as it is
     * presented.
     */
    protected static final int MAX_TRIES = 3;

    private final DeliveryLog deliveries = new DeliveryLog(this::write);

    private final UnrecordedSettlements settlements = new UnrecordedSettlements(this::settle, this.deliveries);

    SharedPaymentLedger(Duration retention) {
        if (retention.compareTo(MIN_RETENTION) < 0) {
            throw new IllegalArgumentException("'retention' must be an hour at least");
        }
    }

    /**
     * Moves a payment on to any state but settled, if the reservation is valid.
     * @param reservation entitles the caller
     * @param state the state
     * @param transaction the transaction's hash, or the empty string to leave it as it is
     * @return whether it was
     */
    protected abstract boolean move(Reservation reservation, PaymentState state, String transaction);

    /**
     * Records a settlement, if the reservation is valid or was when the payment became
     * unknown.
     * @param reservation entitles the caller
     * @param transaction the transaction's hash
     * @param responseDigest the digest of the response, or {@code null} if there is none
     * @return whether it was
     */
    protected abstract boolean settle(Reservation reservation, String transaction, @Nullable String responseDigest);

    /**
     * Forgets a payment that was certainly not settled, if the reservation is valid.
     * @param reservation entitles the caller
     */
    protected abstract void forget(Reservation reservation);

    /**
     * Takes a settled payment whose response was not delivered.
     * @param found the payment as it was found
     * @param token the token of its next reservation
     * @param maxRuns how many runs may have been begun before
     * @param begun how many begin now
     * @return whether it was taken
     */
    protected abstract boolean take(StoredPayment found, String token, int maxRuns, int begun);

    /**
     * Records outcomes of deliveries. Those that are recorded already, or belong to a
     * void reservation, are skipped.
     * @param entries the outcomes
     * @throws LedgerException if it could not be recorded; it is tried again
     */
    protected abstract void write(List<DeliveryLog.Entry> entries);

    /**
     * Recovers payments that were untouched for too long.
     * @param after for how long
     * @return the number of recovered payments
     */
    protected abstract int takeUp(Duration after);

    /**
     * Ends a payment, or forgets it.
     * @param payment the payment as it was found
     * @param present the state that it has to be in
     * @param conclusion how it ended
     * @return whether it was recorded
     */
    protected abstract boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion);

    /**
     * Returns a token that no reservation has.
     * @return the token
     */
    protected static String newToken() {
        return UUID.randomUUID().toString();
    }

    /**
     * Completes a payment by what this instance delivered and may not have written yet.
     * @param payment the payment as it is stored
     * @return the payment as it is known
     */
    protected final StoredPayment known(StoredPayment payment) {
        return (payment.state() == PaymentState.SETTLED && this.deliveries.knowsDelivered(payment.token()))
                ? payment.delivered() : payment;
    }

    @Override
    public final Optional<Reservation> redeliver(StoredPayment found, int maxRuns) {
        return begin(found, maxRuns, 1);
    }

    @Override
    public final Optional<Reservation> repeat(StoredPayment found) {
        return begin(found, Integer.MAX_VALUE, (found.runs() == 0) ? 1 : 0);
    }

    private Optional<Reservation> begin(StoredPayment found, int maxRuns, int begun) {
        String token = newToken();
        if (this.deliveries.knowsDelivered(found.token()) || !take(found, token, maxRuns, begun)) {
            return Optional.empty();
        }
        Reservation reservation = new Reservation(found.key(), token, false);
        this.deliveries.began(reservation);
        return Optional.of(reservation);
    }

    @Override
    public final boolean settling(Reservation reservation) {
        return move(reservation, PaymentState.SETTLING, "");
    }

    @Override
    public final boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest) {
        return this.settlements.record(reservation, transaction, responseDigest);
    }

    @Override
    public final void delivered(Reservation reservation) {
        this.settlements.ended(reservation, DeliveryLog.Kind.DELIVERED);
    }

    @Override
    public final void undelivered(Reservation reservation, boolean bodyBegun) {
        this.settlements.ended(reservation, bodyBegun ? DeliveryLog.Kind.BROKEN : DeliveryLog.Kind.LOST);
    }

    @Override
    public final void unknown(Reservation reservation, String transaction) {
        move(reservation, PaymentState.UNKNOWN, transaction);
    }

    @Override
    public final void release(Reservation reservation) {
        if (reservation.resumed()) {
            unknown(reservation, "");
        }
        else {
            forget(reservation);
        }
    }

    @Override
    public final void usedElsewhere(Reservation reservation) {
        move(reservation, reservation.resumed() ? PaymentState.UNKNOWN : PaymentState.USED_ELSEWHERE, "");
    }

    /**
     * Records first what this instance settled while the store was unavailable.
     */
    @Override
    public final int recover(Duration after) {
        this.settlements.recordHeld();
        return takeUp(after);
    }

    @Override
    public final boolean conclude(UnknownPayment payment, Conclusion conclusion) {
        return conclude(payment, PaymentState.UNKNOWN, conclusion);
    }

    @Override
    public final boolean resolve(StoredPayment found, Conclusion conclusion) {
        return found.state().resolvable() && conclude(found.unknown(), found.state(), conclusion);
    }

    /** Records which responses were delivered, as far as it is not. */
    @Override
    public final void close() {
        this.deliveries.close();
    }

}
