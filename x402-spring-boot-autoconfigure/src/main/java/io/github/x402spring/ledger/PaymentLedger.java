package io.github.x402spring.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Memory of which payment was used for which request, so that one payment gives one
 * grant. Declare a bean of this type to replace the configured one.
 * <p>
 * Every method is atomic and thread-safe, and throws a {@link LedgerException} if the
 * ledger is unavailable. A ledger never forgets a payment that was settled, or may have
 * been, while its authorization could still be presented.
 * <ul>
 * <li>One reservation of a payment is valid at a time. It is void as soon as the payment
 * is settled, released or unknown, and when another caller resumes or concludes it.
 * <li>A settled payment gives one delivery, and a bounded number of further
 * {@linkplain #redeliver runs}.
 * <li>Requests that are refused leave nothing in the ledger.
 * </ul>
 *
 * @since 0.1.0
 */
public interface PaymentLedger {

    /**
     * How many payments of unknown outcome a payer may have open when another one is
     * reserved. Payments that were reserved before may still become unknown: those in
     * flight are not counted.
     */
    int MAX_UNKNOWN_PER_PAYER = 3;

    /**
     * Binds a payment to a request, if it is free. A payment whose settlement is unknown
     * is free for the request it was bound to, and then resumed. Of several
     * authorizations for a purchase that its client named, one is bound at a time; the
     * state of that one decides what the others get. A settled payment is left as it is.
     * @param claim the payment and the request
     * @return the outcome
     */
    ReserveResult reserve(PaymentClaim claim);

    /**
     * Records that the payment is about to be sent to be settled. Called before it is.
     * @param reservation entitles the caller
     * @return whether the payment may be sent; {@code false} if the reservation is void
     */
    boolean settling(Reservation reservation);

    /**
     * Records that the payment was settled and that its response is about to be
     * delivered, which is its first run.
     * <p>
     * If the reservation is void because the payment became unknown meanwhile, and it was
     * not resumed since, the settlement is recorded as a reconciler would, and the
     * response may be delivered. If the payment was resumed, concluded or deleted,
     * nothing is recorded.
     * @param reservation entitles the caller
     * @param transaction the transaction's hash
     * @param responseDigest the SHA-256 digest of status, media type and body of the
     * response, in 64 hexadecimal digits, or {@code null} if the response is not known
     * yet
     * @return whether the response may be delivered; {@code false} if the payment is no
     * longer the caller's
     * @throws LedgerException if the ledger is unavailable. The settlement is recorded as
     * soon as it is available again, and the response may be delivered
     */
    boolean settled(Reservation reservation, String transaction, @Nullable String responseDigest);

    /**
     * Takes the response to a settled payment, for one more run of the handler. The same
     * statement that takes it counts the run. Takes nothing if the payment is not
     * settled, if its response was delivered or is being delivered, if another call took
     * it since it was found, or if it has no run left.
     * <p>
     * The first delivery is no further run: a payment that nothing was delivered for can
     * be taken once for as long as the ledger has it, even if {@code maxRuns} is 0.
     * @param found the payment as it was found
     * @param maxRuns how many runs are allowed after the first
     * @return entitles the caller to end the run by {@link #delivered} or
     * {@link #undelivered}; empty if it was not taken. An instance that reports neither
     * loses it when its lease lapses, and the run stays counted
     */
    Optional<Reservation> redeliver(StoredPayment found, int maxRuns);

    /**
     * Takes the response to a settled payment, to give a stored one. Like
     * {@link #redeliver}, except that it is no further run: it counts only if it is the
     * first delivery, and may follow the last run.
     * @param found the payment as it was found
     * @return entitles the caller to end the delivery by {@link #delivered} or
     * {@link #undelivered}; empty if it was not taken
     */
    Optional<Reservation> repeat(StoredPayment found);

    /**
     * Records that the whole response was delivered, after {@link #settled} or
     * {@link #redeliver}. Waits for nothing; may be lost with the process, and then the
     * response may be asked for again. Does nothing if the reservation is void.
     * @param reservation entitles the caller
     */
    void delivered(Reservation reservation);

    /**
     * Records that the response was not delivered in full, so that the payment can be
     * presented again without being settled again. Waits for nothing. Does nothing if the
     * reservation is void.
     * @param reservation entitles the caller
     * @param bodyBegun whether a byte of the body was handed to the container. Once it
     * was, it stays so for every later run
     */
    void undelivered(Reservation reservation, boolean bodyBegun);

    /**
     * Records that the outcome of the settlement is unknown. Does nothing if the
     * reservation is void.
     * @param reservation entitles the caller
     * @param transaction the transaction's hash, or the empty string if there is none;
     * then one that is known already stays
     */
    void unknown(Reservation reservation, String transaction);

    /**
     * Frees a payment that was certainly not settled. A resumed one becomes unknown again
     * instead. Does nothing if the reservation is void.
     * @param reservation entitles the caller
     */
    void release(Reservation reservation);

    /**
     * Ends a payment that was never sent from here although a chain says that its
     * authorization was used, as after the loss of a ledger: {@code USED_ELSEWHERE},
     * which the history lists. Like {@link #release} by default, and for a resumed
     * payment. Does nothing if the reservation is void.
     * @param reservation entitles the caller
     */
    default void usedElsewhere(Reservation reservation) {
        release(reservation);
    }

    /**
     * Looks up a payment.
     * @param key the payment
     * @return the payment, or empty if the ledger does not know it
     */
    Optional<StoredPayment> find(PaymentKey key);

    /**
     * Recovers payments that an instance left when it died. A payment that was not sent
     * to be settled is free again; the outcome of any other is unknown, and it may be
     * presented again for the same request. Does nothing by default.
     * @param after how long a payment has to be untouched: longer than any handler and
     * any facilitator takes
     * @return the number of recovered payments
     */
    default int recover(Duration after) {
        return 0;
    }

    /**
     * Leases payments whose settlement is unknown, longest untouched first. Each goes to
     * one caller at a time; its payer may resume it meanwhile. Returns none by default.
     * @param lease how long no other caller leases them
     * @param max the maximum number of payments
     * @return the payments
     */
    default List<UnknownPayment> lease(Duration lease, int max) {
        return List.of();
    }

    /**
     * Ends a payment whose settlement was unknown. Does nothing if its payer has resumed
     * it, or if it has ended.
     * <p>
     * A settled payment can be delivered for the first time. One that ended as used
     * elsewhere or unresolved is stored as long as a settled one, is listed by the
     * history, and does not count as unknown any more.
     * @param payment the payment as it was leased
     * @param conclusion how it ended
     * @return whether it was recorded
     */
    default boolean conclude(UnknownPayment payment, Conclusion conclusion) {
        return false;
    }

    /**
     * Ends a payment on behalf of an operator: one whose settlement is unknown, or one
     * that ended unresolved. Does nothing if its state is another one than it was found
     * in, or if its payer has resumed it.
     * @param found the payment as it was found
     * @param conclusion how it ended: settled, and then it can be delivered for the first
     * time, or not settled, and then the ledger forgets it
     * @return whether it was recorded; by default, only a payment whose settlement is
     * unknown can be ended
     */
    default boolean resolve(StoredPayment found, Conclusion conclusion) {
        return found.state() == PaymentState.UNKNOWN && conclude(found.unknown(), conclusion);
    }

    /**
     * Adds an event to the history of a payment, whose state does not change. Does
     * nothing by default, where the ledger stores no events.
     * @param key the payment
     * @param type what happened, in 16 letters at most
     * @param transaction the hash of the transaction
     */
    default void note(PaymentKey key, String type, String transaction) {
    }

    /**
     * Returns the time since which the ledger has lost no payment: it knows every one
     * that was reserved since and not released, until its retention is over. A payment
     * that it does not know may have been sent to be settled before.
     * @return the start of the instance for a ledger in memory, or later if it had to
     * drop payments; {@link Instant#EPOCH} if payments survive the instance
     */
    default Instant completeSince() {
        return Instant.EPOCH;
    }

    /**
     * Returns the kind of storage, which is the value of metric tags. Does no I/O.
     * @return a word such as {@code memory}, {@code jdbc} or {@code redis};
     * {@code custom} by default
     */
    default String kind() {
        return "custom";
    }

    /**
     * Returns where payments are stored, for operators. Does no I/O, and holds no
     * credentials.
     * @return the name, such as {@code jdbc (PostgreSQL)}; the {@linkplain #kind() kind}
     * by default
     */
    default String storage() {
        return kind();
    }

    /**
     * Returns whether payments survive this instance and are visible to other instances.
     * @return {@code true} by default
     */
    default boolean shared() {
        return true;
    }

    /**
     * Returns the maximum number of payments that the ledger holds.
     * @return the number; {@link Integer#MAX_VALUE}, the default, if it is unbounded
     */
    default int capacity() {
        return Integer.MAX_VALUE;
    }

    /**
     * Returns the number of payments that the ledger holds. Called only if its
     * {@linkplain #capacity() capacity} is bounded.
     * @return the number; 0 by default
     */
    default int size() {
        return 0;
    }

    /**
     * Returns for how long after the payer's authorization has expired the ledger knows a
     * payment that was settled, or may have been.
     * @return ten minutes by default, which is the least that a ledger promises
     */
    default Duration retention() {
        return Duration.ofMinutes(10);
    }

}
