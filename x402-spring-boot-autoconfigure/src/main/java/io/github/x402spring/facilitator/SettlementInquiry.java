package io.github.x402spring.facilitator;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.UnknownPayment;

/**
 * Source of the outcome of payments that were sent to be settled and whose reply is
 * missing. A {@link Facilitator} that can tell implements it; for others, declare a bean
 * of this type, because the facilitator interface of x402 has no such question.
 * <p>
 * Implementations are thread-safe, change nothing, and bound the time of every call.
 *
 * @since 0.1.0
 */
public interface SettlementInquiry {

    /**
     * Asks for the outcome of a payment. It says {@code Settled} only if the money
     * reached the recipient for good and for this reservation, and {@code Failed} only if
     * it never will.
     * @param payment the payment
     * @return what is known now
     * @throws FacilitatorException if there was no usable answer
     */
    Finding inquire(UnknownPayment payment) throws FacilitatorException;

    /**
     * Reads whether the authorization of a payment was used, by whomever. Asked for
     * payments that the ledger does not know, before a client is told that it may sign a
     * new one.
     * @param payment the payment; as no ledger has it, its reservation is made up
     * @return what was read; {@link Standing#UNREADABLE} by default
     * @throws FacilitatorException if there was no usable answer
     */
    default Standing standing(UnknownPayment payment) throws FacilitatorException {
        return Standing.UNREADABLE;
    }

    /**
     * Checks whether the transaction that a facilitator named as the settlement of a
     * payment moved the money.
     * @param payment the payment, with the transaction that was named
     * @return what is known now; what {@link #inquire} finds by default
     * @throws FacilitatorException if there was no usable answer
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
     * Chooses the one to ask: what the application declared goes before what its
     * facilitator can tell.
     * @param inquiries all there are, in order
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

        /** It was not used, and may be. */
        UNUSED,

        /** It was not used, and can no longer be. */
        LAPSED,

        /** It was used or cancelled. */
        USED,

        /** Nothing here can read it. */
        UNREADABLE

    }

    /**
     * What a chain says about a settlement that a facilitator reported.
     */
    enum Confirmation {

        /** The money reached the recipient for this reservation. */
        PAID,

        /**
         * It did not: the named transaction is in a block and is no transfer of this
         * payment, the authorization was used by an older transfer, or it has expired
         * unused.
         */
        UNPAID,

        /** It may be either; ask again later. */
        UNDECIDED,

        /** Nothing here can read it. */
        UNREADABLE

    }

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

        /**
         * The authorization was used before the payment was reserved, by a transfer that
         * may have been delivered for. It neither settles the payment nor can it be
         * settled any more.
         *
         * @param transaction the hash of the transfer's transaction
         */
        record UsedElsewhere(String transaction) implements Finding {
        }

        /**
         * The authorization was used so shortly before the payment was reserved that
         * clocks do not tell which was first. An operator decides.
         *
         * @param transaction the hash of the transfer's transaction
         */
        record Doubtful(String transaction) implements Finding {
        }

        /** It may be either; ask again later. */
        record Undecided() implements Finding {
        }

    }

}
