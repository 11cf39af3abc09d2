package io.github.x402spring.ledger;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of an attempt to reserve a payment. Reserving takes a payment to be settled;
 * the response to a settled one is taken by {@link PaymentLedger#redeliver}.
 *
 * @since 0.1.0
 */
public sealed interface ReserveResult {

    /**
     * Returns the result for a claim that another reservation, or the end of a payment,
     * is in the way of.
     * @param payment the payment that is in the way: the one that is claimed, or another
     * one for the same named purchase
     * @param claimed the payment that is claimed
     * @param sameRequest whether the payment in the way is for the request and, if the
     * client named the purchase, under the terms that are claimed
     * @return the result, as if the payment could not be resumed
     */
    static ReserveResult refused(StoredPayment payment, PaymentKey claimed, boolean sameRequest) {
        PaymentState state = payment.state();
        boolean open = state == PaymentState.RESERVED || state == PaymentState.SETTLING
                || state == PaymentState.RELEASED;
        if (!sameRequest && !(open && payment.key().equals(claimed))) {
            return new BoundElsewhere(state);
        }
        return switch (state) {
            case RESERVED, SETTLING, RELEASED -> new InFlight();
            case UNKNOWN -> new Pending();
            case SETTLED -> new Settled(payment);
            case UNRESOLVED, USED_ELSEWHERE -> new Ended(state);
        };
    }

    /**
     * The payment is the caller's to use.
     *
     * @param reservation entitles the caller
     * @param resumed the payment as the ledger has it now, if it is resumed: the terms
     * that it was reserved with count, whatever the endpoint costs now. {@code null} if
     * the payment is new to the ledger
     */
    record Reserved(Reservation reservation, @Nullable StoredPayment resumed) implements ReserveResult {

        public Reserved {
            Objects.requireNonNull(reservation, "'reservation' must not be null");
        }

        /**
         * Creates the outcome for a payment that is new to the ledger.
         * @param reservation entitles the caller
         */
        public Reserved(Reservation reservation) {
            this(reservation, null);
        }

    }

    /**
     * Another request is using the payment and it is not settled yet, or is using another
     * payment for the same named purchase.
     */
    record InFlight() implements ReserveResult {
    }

    /**
     * The payment is bound to another request, or the client gave the name of this
     * purchase to another one.
     *
     * @param state the state of the payment that is in the way
     */
    record BoundElsewhere(PaymentState state) implements ReserveResult {

        public BoundElsewhere {
            Objects.requireNonNull(state, "'state' must not be null");
        }

    }

    /**
     * Another authorization was sent to be settled for the same named purchase, and the
     * outcome is unknown: this one must not be.
     */
    record Pending() implements ReserveResult {
    }

    /**
     * The payment was settled for this very request, or another one was for the same
     * named purchase. {@link PaymentLedger#redeliver} may take it.
     *
     * @param payment the payment that was settled; another one than was claimed if the
     * purchase was paid for by that
     */
    record Settled(StoredPayment payment) implements ReserveResult {

        public Settled {
            Objects.requireNonNull(payment, "'payment' must not be null");
        }

    }

    /**
     * The payment was bound to this very request, or another one was to the same named
     * purchase, and has ended without being settled for it. It is not accepted again.
     *
     * @param state {@link PaymentState#UNRESOLVED} or {@link PaymentState#USED_ELSEWHERE}
     */
    record Ended(PaymentState state) implements ReserveResult {

        public Ended {
            if (!state.ended()) {
                throw new IllegalArgumentException("'state' must be a final state other than settled");
            }
        }

    }

    /**
     * The payer has as many payments of unknown outcome as it may have,
     * {@value PaymentLedger#MAX_UNKNOWN_PER_PAYER}. One has to end first.
     */
    record TooManyUnknown() implements ReserveResult {
    }

    /**
     * The ledger has no room. It refuses rather than forget.
     */
    record Full() implements ReserveResult {
    }

}
