package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Is the request that a payment came with, as far as the gate needs to know it.
 *
 * @since 0.1.0
 */
public interface PaidExchange {

    /**
     * Computes what the payment is bound to. Reads the body if there is one.
     * @return the fingerprint
     * @throws UnreadableRequestException if the request cannot be bound
     */
    RequestFingerprint fingerprint() throws UnreadableRequestException;

    /**
     * Returns who is calling, for the record.
     * @return the caller's name, or {@code null} if nobody knows it
     */
    @Nullable String caller();

    /**
     * Returns the id of the task that the caller says the request belongs to.
     * @return the id, or {@code null} if the request names no task
     */
    default @Nullable String task() {
        return null;
    }

    /**
     * Returns the address from which the request came, as the transport knows it.
     * @return an IPv4 or IPv6 address, or {@code null} if nobody knows it
     */
    @Nullable String remoteAddress();

    /**
     * Returns the transport's own request, for policies that look at it.
     * @return the request, such as an {@code HttpServletRequest}
     */
    Object nativeRequest();

}
