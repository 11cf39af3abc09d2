package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Token contract for which a signature is valid.
 *
 * @param name the token's name; differs from chain to chain
 * @param version the token's version
 * @param chainId the chain
 * @param verifyingContract the token's contract
 * @since 0.1.0
 * @see <a href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</a>
 */
public record Eip712Domain(String name, String version, BigInteger chainId, EvmAddress verifyingContract) {

    public Eip712Domain {
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(version, "'version' must not be null");
        Objects.requireNonNull(chainId, "'chainId' must not be null");
        Objects.requireNonNull(verifyingContract, "'verifyingContract' must not be null");
        if (chainId.signum() < 0 || chainId.bitLength() > 256) {
            throw new IllegalArgumentException("'chainId' must fit uint256");
        }
    }

    /**
     * Creates the domain of terms of payment on an EVM chain.
     * @param requirements the terms
     * @return the domain; empty if the terms lack the name or the version, or if the
     * asset is not an address
     */
    public static Optional<Eip712Domain> of(PaymentRequirements requirements) {
        String name = requirements.extraText("name").orElse("");
        String version = requirements.extraText("version").orElse("");
        EvmAddress contract = EvmAddress.tryParse(requirements.asset()).orElse(null);
        if (name.isEmpty() || version.isEmpty() || contract == null) {
            return Optional.empty();
        }
        return Optional.of(new Eip712Domain(name, version, requirements.network().chainId(), contract));
    }

}
