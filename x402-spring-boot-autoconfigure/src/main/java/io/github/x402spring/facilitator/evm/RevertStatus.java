package io.github.x402spring.facilitator.evm;

import io.github.x402spring.protocol.Network;

/**
 * Gas that payers burnt on one network by transactions that were reverted, since the
 * start.
 *
 * @param network the network
 * @param gas units of gas
 * @param refusals count of payments that were refused because of it
 * @since 0.1.0
 */
public record RevertStatus(Network network, long gas, long refusals) {
}
