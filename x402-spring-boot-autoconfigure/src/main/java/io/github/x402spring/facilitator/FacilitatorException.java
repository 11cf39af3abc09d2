package io.github.x402spring.facilitator;

import org.jspecify.annotations.Nullable;

/**
 * Says that a facilitator gave no usable answer. After {@code settle} this means that the
 * outcome is unknown. The message quotes neither the payment nor the answer.
 *
 * @since 0.1.0
 */
public class FacilitatorException extends Exception {

    /**
     * Creates an exception.
     * @param message what happened
     * @param cause the cause, or {@code null} if there is none
     */
    public FacilitatorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}
