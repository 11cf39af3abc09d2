package io.github.x402spring.facilitator;

import io.github.x402spring.ledger.UnknownPayment;

/**
 * Finds out what became of payments that were sent to be settled and not answered. A
 * {@link Facilitator} that can tell implements it; for others, declare a bean of this
 * type, because the facilitator interface of x402 has no such question.
 * <p>
 * Implementations are thread-safe, change nothing, and bound the time of every call.
 *
 * @since 0.1.0
 */
public interface SettlementInquiry {

    /**
     * Asks what became of a payment. It says {@code Settled} only if the money reached
     * the recipient for good, and {@code Failed} only if it never will.
     * @param payment the payment
     * @return what is known now
     * @throws FacilitatorException if there was no usable answer
     */
    Finding inquire(UnknownPayment payment) throws FacilitatorException;

    /**
     * Is what is known of a payment.
     */
    sealed interface Finding {

        /**
         * It was settled.
         *
         * @param transaction the transaction's hash
         */
        record Settled(String transaction) implements Finding {
        }

        /** It was not settled, and can no longer be. */
        record Failed() implements Finding {
        }

        /** It may be either; ask again later. */
        record Undecided() implements Finding {
        }

    }

}
