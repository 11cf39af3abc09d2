package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.protocol.Network;

/**
 * Says how one EVM network is reached and what settling on it may cost.
 *
 * @param network the network
 * @param rpcUrls addresses of nodes; the next is asked when one fails
 * @param confirmations number of blocks, the transfer's own included, after which a
 * transfer counts as settled
 * @param maxFeePerGas the most that a unit of gas may cost, in wei
 * @param priorityFeePerGas what the block's producer gets for a unit of gas, in wei, or
 * {@code null} to ask the node
 * @param maxGas the most gas that one settlement may take
 * @param pollInterval time between two looks at the chain while a settlement is under way
 * @param lookbackBlocks number of blocks that are searched for a transfer that somebody
 * else submitted
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
     * Names the network only: addresses of nodes may carry credentials.
     */
    @Override
    public String toString() {
        return "EvmNetworkSettings[network=" + this.network + "]";
    }

}
