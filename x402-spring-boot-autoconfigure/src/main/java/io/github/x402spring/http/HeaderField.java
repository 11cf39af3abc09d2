package io.github.x402spring.http;

import java.util.Objects;

/**
 * Header field of a response.
 *
 * @param name the name
 * @param value the value
 * @since 0.1.0
 */
public record HeaderField(String name, String value) {

    public HeaderField {
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(value, "'value' must not be null");
    }

    /**
     * Tells whether a response may have other fields of the same name, which stay.
     * @return whether it may, as with {@code WWW-Authenticate}; otherwise the field
     * replaces what is there
     */
    public boolean isAdded() {
        return this.name.equalsIgnoreCase("WWW-Authenticate");
    }

}
