package io.github.x402spring.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One way in which a resource may be paid for: one entry of {@code accepts}.
 *
 * @param scheme the payment scheme, such as {@code exact}
 * @param network the network on which to pay
 * @param amount the price in atomic units
 * @param asset the token's contract address
 * @param payTo the recipient's address
 * @param maxTimeoutSeconds the time within which the server settles, in seconds
 * @param extra scheme-specific members, in the order of the wire; values are strings,
 * numbers, booleans, lists and maps
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * PaymentRequirements</a>
 */
public record PaymentRequirements(String scheme, Network network, TokenAmount amount, String asset, String payTo,
        long maxTimeoutSeconds, Map<String, Object> extra) {

    public PaymentRequirements {
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(asset, "'asset' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
        if (maxTimeoutSeconds <= 0) {
            throw new IllegalArgumentException("'maxTimeoutSeconds' must be positive");
        }
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /**
     * Returns a member of {@code extra} that is text.
     * @param name the member's name
     * @return the text, or empty if the member is absent or not text
     */
    public Optional<String> extraText(String name) {
        return (this.extra.get(name) instanceof String text) ? Optional.of(text) : Optional.empty();
    }

    /**
     * Compares the terms that a client states as accepted with these.
     * <ul>
     * <li>Every member but {@code extra} is equal to the letter, and there are no
     * others.</li>
     * <li>What the specification defines within {@code extra} is there and agrees, unless
     * it has its default value.</li>
     * <li>What it does not define there may be left out: clients build their echo from a
     * fixed set of members. What is there and differs is no match.</li>
     * </ul>
     * @param accepted what the client sent, or {@code null} if it sent nothing
     * @return whether the client accepted these terms
     */
    public boolean matches(@Nullable Object accepted) {
        return RequirementMatcher.matches(toMap(), accepted);
    }

    /**
     * Lays the members out in the order of the wire.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("scheme", this.scheme);
        map.put("network", this.network.toString());
        map.put("amount", this.amount.toString());
        map.put("asset", this.asset);
        map.put("payTo", this.payTo);
        map.put("maxTimeoutSeconds", this.maxTimeoutSeconds);
        map.put("extra", this.extra);
        return map;
    }

    /**
     * Lays the members out as x402 version 1 has them, the resource included.
     * @param resource what is being bought
     * @return a new map
     * @throws IllegalStateException if version 1 has no name for the network
     */
    public Map<String, Object> toV1Map(ResourceInfo resource) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("scheme", this.scheme);
        map.put("network", this.network.v1Name()
            .orElseThrow(() -> new IllegalStateException("x402 version 1 has no name for " + this.network)));
        map.put("maxAmountRequired", this.amount.toString());
        map.put("resource", resource.url());
        map.put("description", resource.description());
        map.put("mimeType", resource.mimeType());
        map.put("payTo", this.payTo);
        map.put("maxTimeoutSeconds", this.maxTimeoutSeconds);
        map.put("asset", this.asset);
        map.put("extra", this.extra);
        return map;
    }

}
