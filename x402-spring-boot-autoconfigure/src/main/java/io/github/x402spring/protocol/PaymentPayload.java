package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Payment as the client sent it: a JSON tree with all unknown members, so that it can be
 * passed on unchanged. The tree's values are strings, {@code BigInteger},
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
     * Returns the terms that the client states as accepted. They are compared with the
     * server's own and never used.
     * @return the tree below {@code accepted}, or {@code null} if there is none, as in
     * version 1
     */
    public @Nullable Object accepted() {
        return this.tree.get("accepted");
    }

    /**
     * Returns whether the client accepted the given terms. Version 1 names only scheme
     * and network.
     * @param terms the terms
     * @param tree the same, laid out by {@link PaymentRequirements#toMap()}
     * @return whether it did
     */
    public boolean accepts(PaymentRequirements terms, Map<String, ?> tree) {
        if (this.x402Version == 2) {
            return RequirementMatcher.matches(tree, accepted());
        }
        Network network = (this.tree.get("network") instanceof String name) ? Network.ofV1Name(name).orElse(null)
                : null;
        // Version 1 has no other scheme.
        return "exact".equals(terms.scheme()) && "exact".equals(this.tree.get("scheme"))
                && terms.network().equals(network);
    }

    /**
     * Compares the terms that the client states as accepted with those of a resource
     * server, both as they were sent: scheme and network in version 1, all of them in
     * version 2.
     * @param terms the terms of the resource server
     * @return whether the client accepted them
     */
    public boolean accepts(Map<String, ?> terms) {
        if (this.x402Version == 2) {
            return RequirementMatcher.matches(terms, accepted());
        }
        return Objects.equals(this.tree.get("scheme"), terms.get("scheme"))
                && Objects.equals(this.tree.get("network"), terms.get("network"));
    }

    /**
     * Returns the scheme that the client names.
     * @return the name, or {@code null} if it names none
     */
    public @Nullable String scheme() {
        Object terms = (this.x402Version == 2) ? accepted() : this.tree;
        return (terms instanceof Map<?, ?> named && named.get("scheme") instanceof String scheme) ? scheme : null;
    }

    /**
     * Returns the payment as a facilitator gets it, in the version that the client wrote:
     * with this server's terms and resource in place of the client's.
     * @param terms the terms, laid out by {@link PaymentRequirements#toMap()}
     * @param resource what is being bought
     * @return the payment, the same each time
     */
    public PaymentPayload under(Map<String, ?> terms, ResourceInfo resource) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", this.tree.get("x402Version"));
        if (this.x402Version == 1) {
            tree.put("scheme", this.tree.get("scheme"));
            tree.put("network", this.tree.get("network"));
            tree.put("payload", payload());
            return new PaymentPayload(1, tree);
        }
        tree.put("payload", payload());
        if (this.tree.get("extensions") instanceof Map<?, ?> extensions) {
            tree.put("extensions", objects(extensions));
        }
        tree.put("resource", resource.toMap());
        tree.put("accepted", terms);
        return new PaymentPayload(2, tree);
    }

    /**
     * Omits members that are {@code null}, which some payers write for absent ones.
     */
    private static Map<?, ?> objects(Map<?, ?> extensions) {
        Map<Object, Object> objects = new LinkedHashMap<>();
        extensions.forEach((key, value) -> {
            if (value instanceof Map<?, ?> object) {
                objects.put(key, object);
            }
        });
        return objects;
    }

    @Override
    public String toString() {
        return "PaymentPayload[x402Version=" + this.x402Version + "]";
    }

}
