package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Is the state of one relayer on one network, as of the last look at the chain.
 *
 * @param network the network
 * @param address the relayer's address
 * @param balance what it has for gas, in wei
 * @param transactions number of its transactions that wait to be mined
 * @since 0.1.0
 */
public record RelayerStatus(Network network, EvmAddress address, BigInteger balance, int transactions) {
}
