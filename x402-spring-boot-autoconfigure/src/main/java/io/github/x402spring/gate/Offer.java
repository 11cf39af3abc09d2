package io.github.x402spring.gate;

import java.util.Locale;
import java.util.Map;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * One way to pay, with the wire form it is compared in.
 *
 * @param requirements the terms
 * @param tree the terms as they go over the wire
 * @param assetKey the asset as a {@link io.github.x402spring.ledger.PaymentKey} has it,
 * once for all the keys that a ledger keeps
 * @since 0.1.0
 */
public record Offer(PaymentRequirements requirements, Map<String, Object> tree, String assetKey) {

    /**
     * Makes an offer of the given terms.
     * @param requirements the terms
     * @return the offer
     */
    public static Offer of(PaymentRequirements requirements) {
        return new Offer(requirements, requirements.toMap(), requirements.asset().toLowerCase(Locale.ROOT).intern());
    }

    boolean isAcceptedBy(PaymentPayload payload) {
        return payload.accepts(this.requirements, this.tree);
    }

}
