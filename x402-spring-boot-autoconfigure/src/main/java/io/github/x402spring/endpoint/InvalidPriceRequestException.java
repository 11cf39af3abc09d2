package io.github.x402spring.endpoint;

/**
 * Thrown by a {@link PriceResolver} for a request that has no price because of what its
 * caller sent. The request is rejected with status 400 and the reason
 * {@code request_invalid}; after any other exception it is refused with 503, and the
 * operator is notified.
 *
 * @since 0.1.0
 */
public final class InvalidPriceRequestException extends RuntimeException {

    /**
     * Creates an exception.
     * @param message what is wrong with the request; neither sent nor logged
     */
    public InvalidPriceRequestException(String message) {
        super(message);
    }

}
