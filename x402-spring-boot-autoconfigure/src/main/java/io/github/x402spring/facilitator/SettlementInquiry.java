package io.github.x402spring.facilitator;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.UnknownPayment;

/**
 * Source of the outcome of payments that were sent to be settled and whose reply is
 * missing. A {@link Facilitator} that knows the outcome implements it; for others,
 * declare a bean of this type, because the facilitator interface of x402 has no such
 * operation.
 * <p>
 * Implementations are thread-safe, change nothing, and bound the time of every call.
 *
 * @since 0.1.0
 */
public interface SettlementInquiry {

    /**
     * Finds out the outcome of a payment: {@code Settled} only if the money reached the
     * recipient irrevocably and for this reservation, and {@code Failed} only if it never
     * will.
     * @param payment the payment
     * @return what is known now
     * @throws FacilitatorException if there was no usable reply
     */
    Finding inquire(UnknownPayment payment) throws FacilitatorException;

    /**
     * Reads whether the authorization of a payment was used, by any transaction. Called
     * for payments that the ledger does not know, before a client is asked to sign a new
     * one.
     * @param payment the payment; no ledger has it, so its reservation is made up
     * @return what was read; {@link Standing#UNREADABLE} by default
     * @throws FacilitatorException if there was no usable reply
     */
    default Standing standing(UnknownPayment payment) throws FacilitatorException {
        return Standing.UNREADABLE;
    }

    /**
     * Checks whether the transaction that a facilitator named as the settlement of a
     * payment moved the money.
     * @param payment the payment, with the transaction that was named
     * @return what is known now; what {@link #inquire} finds by default
     * @throws FacilitatorException if there was no usable reply
     */
    default Confirmation confirm(UnknownPayment payment) throws FacilitatorException {
        return switch (inquire(payment)) {
            case Finding.Settled settled -> Confirmation.PAID;
            case Finding.Failed failed -> Confirmation.UNPAID;
            case Finding.UsedElsewhere elsewhere -> Confirmation.UNPAID;
            case Finding.Doubtful doubtful -> Confirmation.UNDECIDED;
            case Finding.Undecided undecided -> Confirmation.UNDECIDED;
        };
    }

    /**
     * Chooses the inquiry to use: a bean of the application precedes the facilitator.
     * @param inquiries all inquiries, in order
     * @return the inquiry, or {@code null} if there is none
     */
    static @Nullable SettlementInquiry preferred(List<SettlementInquiry> inquiries) {
        SettlementInquiry preferred = null;
        for (SettlementInquiry inquiry : inquiries) {
            if (!(inquiry instanceof Facilitator)) {
                return inquiry;
            }
            preferred = (preferred != null) ? preferred : inquiry;
        }
        return preferred;
    }

    /**
     * State of an authorization.
     */
    enum Standing {

        /** The authorization was not used, and may be. */
        UNUSED,

        /** The authorization was not used, and can no longer be. */
        LAPSED,

        /** The authorization was used or canceled. */
        USED,

        /** The chain cannot be read here. */
        UNREADABLE

    }

    /**
     * State, on the chain, of a settlement that a facilitator reported.
     */
    enum Confirmation {

        /** The money reached the recipient for this reservation. */
        PAID,

        /**
         * The money did not: the named transaction is in a block and is no transfer of
         * this payment, the authorization was used by an older transfer, or it has
         * expired unused.
         */
        UNPAID,

        /** Neither is certain yet; a later call may tell. */
        UNDECIDED,

        /** The chain cannot be read here. */
        UNREADABLE

    }

    /**
     * Outcome of a payment, as far as it is known.
     */
    sealed interface Finding {

        /**
         * The payment was settled.
         *
         * @param transaction the transaction's hash
         */
        record Settled(String transaction) implements Finding {
        }

        /** The payment was not settled, and can no longer be. */
        record Failed() implements Finding {
        }

        /**
         * The authorization was used before the payment was reserved, by a transfer for
         * which there may have been a delivery. That transfer does not settle the
         * payment, and the payment can no longer be settled.
         *
         * @param transaction the hash of the transfer's transaction
         */
        record UsedElsewhere(String transaction) implements Finding {
        }

        /**
         * The authorization was used so shortly before the payment was reserved that
         * clocks leave open which came first. An operator decides.
         *
         * @param transaction the hash of the transfer's transaction
         */
        record Doubtful(String transaction) implements Finding {
        }

        /** Neither is certain yet; a later call may tell. */
        record Undecided() implements Finding {
        }

    }

}
