package io.github.x402spring.protocol;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Kind of payment that a facilitator handles: one entry of {@code kinds} in its reply to
 * {@code /supported}.
 *
 * @param x402Version the protocol version
 * @param scheme the payment scheme
 * @param network the network's name: CAIP-2 or a pattern such as {@code eip155:*}, or the
 * short name in version 1
 * @param extra what the facilitator states of it, such as the address that pays fees; not
 * checked
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * GET /supported</a>
 */
public record SupportedKind(int x402Version, String scheme, String network, Map<String, @Nullable Object> extra) {

    public SupportedKind {
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(extra, "'extra' must not be null");
    }

    /**
     * Creates a kind without further statements.
     * @param x402Version the protocol version
     * @param scheme the payment scheme
     * @param network the network's name
     */
    public SupportedKind(int x402Version, String scheme, String network) {
        this(x402Version, scheme, network, Map.of());
    }

    /**
     * Returns whether payments under the given terms are of this kind.
     * @param requirements the terms
     * @return whether version 2, the scheme and the network match
     */
    public boolean matches(PaymentRequirements requirements) {
        return covers(requirements.scheme(), requirements.network());
    }

    /**
     * Returns whether payments in version 2 by a scheme and on a network are of this
     * kind.
     * @param scheme the payment scheme
     * @param network the network
     * @return whether version 2, the scheme and the network match
     */
    public boolean covers(String scheme, Network network) {
        String name = network.toString();
        boolean networkMatches = this.network.endsWith("*")
                ? name.startsWith(this.network.substring(0, this.network.length() - 1)) : this.network.equals(name);
        return this.x402Version == 2 && this.scheme.equals(scheme) && networkMatches;
    }

}
