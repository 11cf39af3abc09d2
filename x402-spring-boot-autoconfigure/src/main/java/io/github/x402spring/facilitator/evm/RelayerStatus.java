package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * State of one relayer on one network, as of the last look at the chain.
 *
 * @param network the network
 * @param address the relayer's address
 * @param balance the balance for gas, in wei
 * @param transactions the number of its transactions that wait to be mined
 * @param gaps the number of nonces that no transaction had while the chain waited for
 * them, until it has used them; transactions with higher nonces wait for them
 * @param filled the number of such nonces that were filled since the start
 * @since 0.1.0
 */
public record RelayerStatus(Network network, EvmAddress address, BigInteger balance, int transactions, int gaps,
        long filled) {
}
