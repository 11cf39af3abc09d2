package io.github.x402spring.exchange;

import io.github.x402spring.decision.Reason;

/**
 * Thrown for a request that cannot be bound to a payment: it is too large, does not come
 * as a whole, or can be read in more than one way.
 *
 * @since 0.1.0
 */
public final class UnreadableRequestException extends RuntimeException {

    private final transient Reason reason;

    /**
     * Creates an exception.
     * @param reason the reason that the response names
     */
    public UnreadableRequestException(Reason reason) {
        super(reason.title());
        this.reason = reason;
    }

    /**
     * Returns the reason that the response names.
     * @return the reason
     */
    public Reason reason() {
        return this.reason;
    }

}
