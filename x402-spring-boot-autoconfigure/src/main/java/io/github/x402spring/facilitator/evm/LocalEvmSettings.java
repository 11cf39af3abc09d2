package io.github.x402spring.facilitator.evm;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.springframework.util.Assert;
import org.web3j.crypto.Credentials;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Settings of a {@link LocalEvmFacilitator}.
 *
 * @param networks the networks to settle on
 * @param relayers keys that pay for gas, used in turn; payments never pass through them
 * @param rpcTimeout the longest time that one call to a node may take
 * @param settleTimeout the longest time that a caller waits for a settlement
 * @param maxConcurrentCalls the number of verifications that may be in flight, and of
 * settlements
 * @param walletFactories factories of smart wallets that may be deployed with their first
 * payment (ERC-6492)
 * @param warnBelowTransfers number of settlements that a relayer can still pay for below
 * which a warning is logged
 * @param revertedGasPerWallet units of gas that a payer may burn by transactions that are
 * reverted, within an hour and on one network, before it is refused
 * @param revertedGasPerHour units of gas that contract wallets may burn that way together
 * before all of them are refused
 * @since 0.1.0
 */
public record LocalEvmSettings(List<EvmNetworkSettings> networks, List<Credentials> relayers, Duration rpcTimeout,
        Duration settleTimeout, int maxConcurrentCalls, Set<EvmAddress> walletFactories, int warnBelowTransfers,
        long revertedGasPerWallet, long revertedGasPerHour) {

    public LocalEvmSettings {
        Assert.notEmpty(networks, "'networks' must not be empty");
        networks = List.copyOf(networks);
        Assert.notEmpty(relayers, "'relayers' must not be empty");
        relayers = List.copyOf(relayers);
        Assert.isTrue(relayers.stream().map(Credentials::getAddress).distinct().count() == relayers.size(),
                "'relayers' must not name a key twice");
        Assert.isTrue(rpcTimeout.isPositive(), "'rpcTimeout' must be positive");
        Assert.isTrue(settleTimeout.isPositive(), "'settleTimeout' must be positive");
        Assert.isTrue(maxConcurrentCalls > 0, "'maxConcurrentCalls' must be positive");
        walletFactories = Set.copyOf(walletFactories);
        Assert.isTrue(warnBelowTransfers >= 0, "'warnBelowTransfers' must not be negative");
        Assert.isTrue(revertedGasPerWallet > 0, "'revertedGasPerWallet' must be positive");
        Assert.isTrue(revertedGasPerHour > 0, "'revertedGasPerHour' must be positive");
    }

    /**
     * Returns neither keys nor addresses of nodes.
     */
    @Override
    public String toString() {
        return "LocalEvmSettings[networks=" + this.networks + ", relayers=" + this.relayers.size() + "]";
    }

}
