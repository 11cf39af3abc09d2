package io.github.x402spring.facilitator;

import java.util.List;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Stands for {@code x402.facilitator.type=none}: terms are shown, payments are not taken.
 * The gate answers a presented payment with 501 before it would call this.
 *
 * @since 0.1.0
 */
public final class NoFacilitator implements Facilitator {

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        throw new FacilitatorNotReachedException("No facilitator is configured", null);
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        throw new FacilitatorNotReachedException("No facilitator is configured", null);
    }

    @Override
    public Effect effect() {
        return Effect.NONE;
    }

    @Override
    public List<SupportedKind> supported() {
        return List.of();
    }

}
