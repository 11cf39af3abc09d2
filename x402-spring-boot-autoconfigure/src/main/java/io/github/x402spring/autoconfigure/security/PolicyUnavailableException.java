package io.github.x402spring.autoconfigure.security;

/**
 * Exception for a policy that is unavailable or whose reply is unusable. The request is
 * refused with 503 and not charged.
 */
final class PolicyUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     * @param message what happened, without words of the policy's own
     */
    public PolicyUnavailableException(String message) {
        super(message);
    }

}
