package io.github.x402spring.benchmarks;

import java.util.List;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Facilitator that accepts every payment at once, so that everything else is measured.
 */
public final class InProcessFacilitator implements Facilitator {

    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
        return VerifyResponse.valid(null);
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
        return SettleResponse.settled(null, TRANSACTION, requirements.network());
    }

    @Override
    public List<SupportedKind> supported() {
        return List.of(new SupportedKind(2, "exact", "eip155:*"));
    }

}
