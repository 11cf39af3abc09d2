package io.github.x402spring;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Evidence that the present request carries a verified payment. Declare a parameter of
 * this type in a controller method to receive it; a handler function calls
 * {@code X402Functions.payment}.
 * <p>
 * It is no identity and no permission: the payer's wallet need not belong to the caller.
 * It holds nothing with which the payment could be presented again.
 *
 * @param endpoint the name of the paid endpoint
 * @param resource the canonical address of what is being bought
 * @param scheme the payment scheme
 * @param network the network on which it is paid
 * @param asset the token's contract address
 * @param amount the price in atomic units
 * @param payTo the recipient's address
 * @param payer the payer's address in lower case
 * @param validBefore the time at which the payer's authorization expires
 * @since 0.1.0
 */
public record VerifiedPayment(String endpoint, String resource, String scheme, Network network, String asset,
        TokenAmount amount, String payTo, String payer, Instant validBefore) {

    public VerifiedPayment {
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(resource, "'resource' must not be null");
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(asset, "'asset' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
        Objects.requireNonNull(payer, "'payer' must not be null");
        Objects.requireNonNull(validBefore, "'validBefore' must not be null");
    }

    /**
     * Tells whether a name is the payer's: its address, or its address behind the chain's
     * name (CAIP-10), in any case.
     * @param name a caller's name, or {@code null} if the caller is anonymous
     * @return whether the caller pays itself
     */
    public boolean isPaidBy(@Nullable String name) {
        return this.payer.equalsIgnoreCase(name) || (this.network + ":" + this.payer).equalsIgnoreCase(name);
    }

}
