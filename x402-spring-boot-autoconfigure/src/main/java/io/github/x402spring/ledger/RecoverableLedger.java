package io.github.x402spring.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Is a ledger whose payments can be brought to an end although the request that they came
 * with is gone.
 *
 * @since 0.1.0
 */
public interface RecoverableLedger extends PaymentLedger {

    /**
     * Takes up payments that an instance left when it died. What was not sent to be
     * settled is free again; for all else nobody knows the outcome, and the same payment
     * may be presented again for the same request.
     * @param after how long a payment has to be untouched: longer than any handler and
     * any facilitator takes
     * @return how many payments were taken up
     * @throws LedgerException if the ledger gives no answer
     */
    int recover(Duration after) throws LedgerException;

    /**
     * Hands out payments whose settlement is unknown, those first that nobody touched for
     * longest. Each goes to one caller at a time; its payer may resume it meanwhile.
     * @param lease how long nobody else gets them
     * @param max how many at most
     * @return the payments
     * @throws LedgerException if the ledger gives no answer
     */
    List<UnknownPayment> lease(Duration lease, int max) throws LedgerException;

    /**
     * Records what became of a payment whose settlement was unknown. Does nothing if its
     * payer has resumed it.
     * @param payment the payment as it was handed out
     * @param transaction the hash of the transaction that settled it, or {@code null} if
     * it was not settled and can no longer be: then it is forgotten
     * @return whether it was recorded
     * @throws LedgerException if the ledger gives no answer
     */
    boolean conclude(UnknownPayment payment, @Nullable String transaction) throws LedgerException;

    /**
     * Counts the payments whose settlement is unknown. Called every now and then, never
     * for a request.
     * @return how many there are, or empty if the ledger cannot say
     * @throws LedgerException if the ledger gives no answer
     */
    default Optional<UnknownSettlements> unknownSettlements() throws LedgerException {
        return Optional.empty();
    }

}
