package io.github.x402spring.autoconfigure.security;

/**
 * Is thrown where a policy cannot be asked or its answer not be understood. The request
 * is refused with 503 and not charged.
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
