package io.github.x402spring.exchange;

import java.util.Objects;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Payment that a request claims to carry, under terms of ours.
 *
 * @param terms the terms
 * @param payer the payer's address in lower case
 * @param verified whether the payment was verified; its payer is unproved otherwise
 * @since 0.1.0
 */
public record ClaimedPayment(PaymentRequirements terms, String payer, boolean verified) {

    public ClaimedPayment {
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(payer, "'payer' must not be null");
    }

}
