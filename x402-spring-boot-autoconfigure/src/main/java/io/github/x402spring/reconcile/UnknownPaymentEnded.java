package io.github.x402spring.reconcile;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Event that a payment whose settlement was unknown has ended, outside of any request.
 * Published as an application event, on a thread that must not be held up.
 *
 * @param key the payment
 * @param terms the terms that the payment was reserved with
 * @param state the state: {@code SETTLED}, {@code RELEASED} if it was not settled and can
 * no longer be, {@code USED_ELSEWHERE}, or {@code UNRESOLVED}, which an operator has to
 * look into
 * @param transaction the hash of the transaction that settled the payment, that was
 * pending, or that used its authorization elsewhere; {@code null} if none is known
 * @param validBefore the time at which the payer's authorization expired or expires
 * @since 0.1.0
 */
public record UnknownPaymentEnded(PaymentKey key, StoredTerms terms, PaymentState state, @Nullable String transaction,
        Instant validBefore) {

    public UnknownPaymentEnded {
        Objects.requireNonNull(key, "'key' must not be null");
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(state, "'state' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
    }

    /**
     * Creates the event.
     * @param payment the payment
     * @param conclusion how it ended
     * @return the event
     */
    public static UnknownPaymentEnded of(UnknownPayment payment, Conclusion conclusion) {
        return switch (conclusion) {
            case Conclusion.Settled(String transaction) -> of(payment, PaymentState.SETTLED, transaction);
            case Conclusion.Unsettled unsettled -> of(payment, PaymentState.RELEASED, payment.transaction());
            case Conclusion.UsedElsewhere(String transaction) ->
                of(payment, PaymentState.USED_ELSEWHERE, (transaction != null) ? transaction : payment.transaction());
            case Conclusion.Unresolved unresolved -> of(payment, PaymentState.UNRESOLVED, payment.transaction());
        };
    }

    private static UnknownPaymentEnded of(UnknownPayment payment, PaymentState state, @Nullable String transaction) {
        return new UnknownPaymentEnded(payment.key(), payment.terms(), state, transaction, payment.validBefore());
    }

}
