package io.github.x402spring.codec;

/**
 * Exception for text from outside that is not the expected JSON object. The message never
 * quotes the text.
 *
 * @since 0.1.0
 */
public final class MalformedJsonException extends Exception {

    MalformedJsonException(String message) {
        super(message);
    }

}
