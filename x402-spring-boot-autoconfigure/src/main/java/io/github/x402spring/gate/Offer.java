package io.github.x402spring.gate;

import java.util.Map;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Is one way to pay, with the wire form it is compared in.
 *
 * @param requirements the terms
 * @param tree the terms as they go over the wire
 * @since 0.1.0
 */
public record Offer(PaymentRequirements requirements, Map<String, Object> tree) {

    /**
     * Makes an offer of the given terms.
     * @param requirements the terms
     * @return the offer
     */
    public static Offer of(PaymentRequirements requirements) {
        return new Offer(requirements, requirements.toMap());
    }

}
