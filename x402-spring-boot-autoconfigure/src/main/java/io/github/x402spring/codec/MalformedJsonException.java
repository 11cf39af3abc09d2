package io.github.x402spring.codec;

/**
 * Says that text from outside is not the JSON object that was expected. The message never
 * quotes the text.
 *
 * @since 0.1.0
 */
public final class MalformedJsonException extends Exception {

    MalformedJsonException(String message) {
        super(message);
    }

}
