package io.github.x402spring.protocol;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Holds a payment as the client sent it: a JSON tree whose unknown members are kept, so
 * that it can be handed on unchanged. The tree's values are strings, {@code BigInteger},
 * {@code BigDecimal}, booleans, {@code null}, lists and maps; it must not be changed.
 * <p>
 * The text form shows the version only: a payment is a bearer cheque until its nonce is
 * used.
 *
 * @param x402Version the protocol version, 1 or 2
 * @param tree the whole message
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * PaymentPayload</a>
 */
public record PaymentPayload(int x402Version, Map<String, @Nullable Object> tree) {

    public PaymentPayload {
        Objects.requireNonNull(tree, "'tree' must not be null");
        if (x402Version != 1 && x402Version != 2) {
            throw new IllegalArgumentException("'x402Version' must be 1 or 2");
        }
        if (!(tree.get("payload") instanceof Map)) {
            throw new IllegalArgumentException("'tree' must have an object 'payload'");
        }
    }

    /**
     * Returns the scheme's part of the message.
     * @return the tree below {@code payload}
     */
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> payload() {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(this.tree.get("payload"));
    }

    /**
     * Returns the terms that the client says it accepted. They are compared with the
     * server's own and never used.
     * @return the tree below {@code accepted}, or {@code null} if there is none, as in
     * version 1
     */
    public @Nullable Object accepted() {
        return this.tree.get("accepted");
    }

    @Override
    public String toString() {
        return "PaymentPayload[x402Version=" + this.x402Version + "]";
    }

}
