package io.github.x402spring.codec;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Request of a resource server to a facilitator, to verify or to settle a payment.
 *
 * @param payload the payment as the payer sent it
 * @param terms the resource server's terms as it sent them
 * @param requirements the same terms, read
 * @param resource what is being bought, as far as the request states it
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
public record FacilitatorRequest(PaymentPayload payload, Map<String, @Nullable Object> terms,
        PaymentRequirements requirements, ResourceInfo resource) {

    public FacilitatorRequest {
        Objects.requireNonNull(payload, "'payload' must not be null");
        Objects.requireNonNull(terms, "'terms' must not be null");
        Objects.requireNonNull(requirements, "'requirements' must not be null");
        Objects.requireNonNull(resource, "'resource' must not be null");
    }

    /**
     * Returns whether the payer accepted these terms: scheme and network in version 1,
     * all of them in version 2.
     * @return whether payment and terms match
     */
    public boolean accepted() {
        return this.payload.accepts(this.terms);
    }

    /**
     * Shows no part of the payment.
     */
    @Override
    public String toString() {
        return "FacilitatorRequest[" + this.requirements.network() + "]";
    }

}
