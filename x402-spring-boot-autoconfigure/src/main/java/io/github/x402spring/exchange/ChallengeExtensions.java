package io.github.x402spring.exchange;

import java.util.List;
import java.util.Map;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Declaration of extensions of the protocol in the terms of an endpoint. All beans of
 * this type are applied.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * extensions</a>
 */
public interface ChallengeExtensions {

    /**
     * Tells whether the terms of an endpoint carry something that is made anew for each
     * request, so that they cannot be prepared.
     * @param endpoint the endpoint
     * @return whether they do
     */
    boolean varies(PaidEndpointDefinition endpoint);

    /**
     * Tells whether the endpoint cannot be used without an extension. Others are left out
     * where the terms are too long for a header.
     * @param endpoint the endpoint
     * @param extension the key of an extension that {@link #declare} gave
     * @return whether it is required
     */
    default boolean required(PaidEndpointDefinition endpoint, String extension) {
        return false;
    }

    /**
     * Declares extensions.
     * @param endpoint the endpoint
     * @param uri the address of the resource
     * @param accepts the terms, in the order in which they are sent
     * @return the extensions by their keys; empty if there are none
     */
    Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri, List<PaymentRequirements> accepts);

}
