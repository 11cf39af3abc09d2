package io.github.x402spring.facilitator;

import java.util.List;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Facilitator of {@code x402.facilitator.type=none}. The gate refuses a presented payment
 * with status 501 before it would call this.
 */
enum NoFacilitator implements Facilitator {

    INSTANCE;

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
    public Kind kind() {
        return Kind.NONE;
    }

    @Override
    public List<SupportedKind> supported() {
        return List.of();
    }

}
