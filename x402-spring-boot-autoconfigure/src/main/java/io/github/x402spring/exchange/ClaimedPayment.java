package io.github.x402spring.exchange;

import java.util.Objects;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Is what a request would pay by its own account, under terms of ours.
 *
 * @param terms the terms
 * @param payer the payer's address in lower case
 * @param verified whether the payment was found to be good; else its payer may be anybody
 * @since 0.1.0
 */
public record ClaimedPayment(PaymentRequirements terms, String payer, boolean verified) {

    public ClaimedPayment {
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(payer, "'payer' must not be null");
    }

}
