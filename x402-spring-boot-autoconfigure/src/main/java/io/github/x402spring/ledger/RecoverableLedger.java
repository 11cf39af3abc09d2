package io.github.x402spring.ledger;

import java.time.Duration;
import java.util.List;

/**
 * Ledger whose payments can be brought to an end although the request that they came with
 * is gone.
 *
 * @since 0.1.0
 */
public interface RecoverableLedger extends PaymentLedger {

    /**
     * Takes up payments that an instance left when it died. What was not sent to be
     * settled is free again; the outcome of all else is unknown, and the same payment may
     * be presented again for the same request.
     * @param after how long a payment has to be untouched: longer than any handler and
     * any facilitator takes
     * @return how many payments were taken up
     */
    int recover(Duration after);

    /**
     * Hands out payments whose settlement is unknown, those first that were untouched for
     * longest. Each goes to one caller at a time; its payer may resume it meanwhile.
     * @param lease how long no other caller gets them
     * @param max how many at most
     * @return the payments
     */
    List<UnknownPayment> lease(Duration lease, int max);

    /**
     * Ends a payment whose settlement was unknown. Does nothing if its payer has resumed
     * it, or if it has ended.
     * <p>
     * A settled payment can be delivered for the first time. One that ended as used
     * elsewhere or unresolved is kept as long as a settled one, is listed by the history,
     * and does not count as unknown any more.
     * @param payment the payment as it was handed out
     * @param conclusion how it ended
     * @return whether it was recorded
     */
    boolean conclude(UnknownPayment payment, Conclusion conclusion);

    /**
     * Ends a payment by the word of an operator: one whose settlement is unknown, or one
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
     * Records that something happened to a payment which leaves its state as it is, for
     * its history. Does nothing by default, where the ledger keeps no events.
     * @param key the payment
     * @param type what happened, in 16 letters at most
     * @param transaction the hash of the transaction
     */
    default void note(PaymentKey key, String type, String transaction) {
    }

}
