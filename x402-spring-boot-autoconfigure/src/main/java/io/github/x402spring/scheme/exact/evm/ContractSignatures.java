package io.github.x402spring.scheme.exact.evm;

import java.io.IOException;

import io.github.x402spring.protocol.Network;

/**
 * Verifier of signatures of contract wallets, on a chain. Implementations are
 * thread-safe.
 *
 * @since 0.1.0
 * @see <a href="https://eips.ethereum.org/EIPS/eip-1271">ERC-1271</a>
 */
public interface ContractSignatures {

    /**
     * Checks whether a wallet accepts a signature now. May do I/O.
     * @param network the wallet's chain
     * @param wallet the wallet
     * @param digest the 32 bytes that were signed
     * @param signature the signature, in the form that the wallet understands
     * @return whether it does; {@code false} also where there is no contract, or where
     * the chain is unknown here
     * @throws IOException if the chain cannot be read
     */
    boolean isValid(Network network, EvmAddress wallet, byte[] digest, byte[] signature) throws IOException;

}
