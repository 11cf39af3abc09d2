package io.github.x402spring.asset;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;

/**
 * Token that can be paid with.
 *
 * @param network the network it lives on
 * @param symbol the symbol by which configuration names it, such as {@code USDC}
 * @param address the token's contract address, written as it goes over the wire
 * @param name the name in the token's EIP-712 domain; empty if it has none, as outside of
 * EVM chains
 * @param version the version in the token's EIP-712 domain
 * @param decimals how many decimal places one whole token has
 * @param transferMethod the value of {@code extra.assetTransferMethod}, or {@code null}
 * for EIP-3009
 * @param supportsEip2612 whether the token takes EIP-2612 permits, which are signed with
 * its EIP-712 domain; used only where there is a transfer method
 * @since 0.1.0
 */
public record Asset(Network network, String symbol, String address, String name, String version, int decimals,
        @Nullable String transferMethod, boolean supportsEip2612) {

    public Asset {
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(symbol, "'symbol' must not be null");
        Objects.requireNonNull(address, "'address' must not be null");
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(version, "'version' must not be null");
        if (decimals < 0 || decimals > 77) {
            throw new IllegalArgumentException("'decimals' must be between 0 and 77");
        }
    }

    /**
     * Creates a token without EIP-2612 permits.
     * @param network the network it lives on
     * @param symbol the symbol by which configuration names it
     * @param address the token's contract address
     * @param name the name in the token's EIP-712 domain
     * @param version the version in the token's EIP-712 domain
     * @param decimals how many decimal places one whole token has
     * @param transferMethod the transfer method, or {@code null} for EIP-3009
     */
    public Asset(Network network, String symbol, String address, String name, String version, int decimals,
            @Nullable String transferMethod) {
        this(network, symbol, address, name, version, decimals, transferMethod, false);
    }

    /**
     * Returns what a payer has to know to sign for this token. The EIP-712 domain is left
     * out where there is none, and where nothing is signed with it.
     * @return a new map for {@code extra}
     */
    public Map<String, Object> extra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        if (!this.name.isEmpty() && (this.transferMethod == null || this.supportsEip2612)) {
            extra.put("name", this.name);
            extra.put("version", this.version);
        }
        if (this.transferMethod != null) {
            extra.put("assetTransferMethod", this.transferMethod);
        }
        return extra;
    }

}
