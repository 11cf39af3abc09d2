package io.github.x402spring.scheme;

import java.time.Instant;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Judges payments of one scheme as far as that needs no I/O. Beans of this type add up.
 * Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface PaymentScheme {

    /**
     * Tells whether this scheme judges payments under the given terms.
     * @param requirements the server's terms
     * @return whether it does
     */
    boolean supports(PaymentRequirements requirements);

    /**
     * Checks a payment against the server's terms: amount, recipient, network, asset,
     * window, and whatever of the signature can be proved without a chain.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return what was found
     */
    Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now);

    /**
     * Does what {@link #screen} does, but may leave the signature unproved, which the
     * result has to say. For payments whose signature somebody else proves.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return what was found
     */
    default Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return screen(payload, requirements, now);
    }

}
