package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.protocol.Network;

/**
 * Settings of one EVM network: its nodes, and the bounds of settlements on it.
 *
 * @param network the network
 * @param rpcUrls addresses of nodes; the next is called when one fails
 * @param confirmations number of blocks, the transfer's own included, after which a
 * transfer counts as settled
 * @param maxFeePerGas the highest price of a unit of gas, in wei
 * @param priorityFeePerGas the share of the block's producer in the price of a unit of
 * gas, in wei, or {@code null} to read it from the node
 * @param maxGas the largest amount of gas of one settlement
 * @param pollInterval time between two looks at the chain while a settlement is in flight
 * @param lookbackBlocks number of blocks that are searched for a transfer that others
 * submitted
 * @param reorganizationDepth number of blocks after which a settlement is looked at once
 * more
 * @since 0.1.0
 */
public record EvmNetworkSettings(Network network, List<URI> rpcUrls, int confirmations, BigInteger maxFeePerGas,
        @Nullable BigInteger priorityFeePerGas, BigInteger maxGas, Duration pollInterval, int lookbackBlocks,
        int reorganizationDepth) {

    public EvmNetworkSettings {
        Assert.isTrue(network.isEvm(), "'network' must be an EVM network");
        Assert.notEmpty(rpcUrls, "'rpcUrls' must not be empty");
        rpcUrls = List.copyOf(rpcUrls);
        for (URI url : rpcUrls) {
            Assert.isTrue("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()),
                    "'rpcUrls' must be http or https addresses");
            Assert.hasText(url.getHost(), "'rpcUrls' must name a host");
        }
        Assert.isTrue(confirmations > 0, "'confirmations' must be positive");
        Assert.isTrue(maxFeePerGas.signum() > 0, "'maxFeePerGas' must be positive");
        Assert.isTrue(priorityFeePerGas == null || priorityFeePerGas.signum() >= 0,
                "'priorityFeePerGas' must not be negative");
        Assert.isTrue(maxGas.signum() > 0, "'maxGas' must be positive");
        Assert.isTrue(pollInterval.compareTo(Duration.ofMillis(10)) >= 0, "'pollInterval' must be 10ms or longer");
        Assert.isTrue(lookbackBlocks > 0, "'lookbackBlocks' must be positive");
        Assert.isTrue(reorganizationDepth >= 0, "'reorganizationDepth' must not be negative");
    }

    /**
     * Returns the network only: addresses of nodes may carry credentials.
     */
    @Override
    public String toString() {
        return "EvmNetworkSettings[network=" + this.network + "]";
    }

}
