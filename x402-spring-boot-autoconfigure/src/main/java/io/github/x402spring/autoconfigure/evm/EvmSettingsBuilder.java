package io.github.x402spring.autoconfigure.evm;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402EvmProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.facilitator.evm.EvmNetworkSettings;
import io.github.x402spring.facilitator.evm.LocalEvmSettings;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Builder of the settings of {@code x402.evm}. No message quotes the address of a node,
 * which may carry credentials.
 */
final class EvmSettingsBuilder {

    private static final BigDecimal WEI_PER_GWEI = BigDecimal.valueOf(1_000_000_000L);

    private final X402Properties properties;

    private final X402EvmProperties evm;

    private final List<Credentials> relayers;

    EvmSettingsBuilder(X402Properties properties, X402EvmProperties evm, List<Credentials> relayers) {
        this.properties = properties;
        this.evm = evm;
        this.relayers = relayers;
    }

    LocalEvmSettings build() {
        List<EvmNetworkSettings> networks = networks();
        if (networks.isEmpty()) {
            throw new InvalidX402ConfigurationException("The local facilitator has no node of any chain",
                    "Set x402.evm.rpc-urls to the address of a node of " + this.properties.network() + ".");
        }
        X402Properties.Facilitator facilitator = this.properties.facilitator();
        check(facilitator.verifyTimeout().isPositive(), "x402.facilitator.verify-timeout", "a duration such as 3s");
        check(facilitator.settleTimeout().isPositive(), "x402.facilitator.settle-timeout", "a duration such as 30s");
        check(facilitator.maxConcurrentCalls() > 0, "x402.facilitator.max-concurrent-calls", "a number such as 64");
        check(this.evm.warnBelowTransfers() >= 0, "x402.evm.warn-below-transfers", "a number such as 100");
        X402EvmProperties.RevertedGas reverted = this.evm.revertedGas();
        check(reverted.perWallet() > 0, "x402.evm.reverted-gas.per-wallet", "a number such as 1000000");
        check(reverted.perHour() > 0, "x402.evm.reverted-gas.per-hour", "a number such as 5000000");
        return new LocalEvmSettings(networks, this.relayers, facilitator.verifyTimeout(), facilitator.settleTimeout(),
                facilitator.maxConcurrentCalls(), factories(), this.evm.warnBelowTransfers(), reverted.perWallet(),
                reverted.perHour());
    }

    List<EvmNetworkSettings> networks() {
        Map<Network, EvmNetworkSettings> networks = new LinkedHashMap<>();
        if (!this.evm.rpcUrls().isEmpty()) {
            String name = this.properties.network();
            networks.put(network("x402.network", name), network(name, "x402.evm.rpc-urls", this.evm.rpcUrls(), null));
        }
        this.evm.networks().forEach((name, each) -> {
            String property = "x402.evm.networks." + name;
            EvmNetworkSettings before = networks.put(network(property, name),
                    network(name, property + ".rpc-urls", each.rpcUrls(), each));
            if (before != null) {
                throw new InvalidX402ConfigurationException("The nodes of " + before.network() + " are named twice",
                        "Set x402.evm.rpc-urls or " + property + ".rpc-urls, not both.");
            }
        });
        return new ArrayList<>(networks.values());
    }

    private EvmNetworkSettings network(String name, String property, List<String> urls,
            X402EvmProperties.@Nullable EvmNetwork own) {
        Integer ownConfirmations = (own != null) ? own.confirmations() : null;
        BigDecimal ownFee = (own != null) ? own.maxFeeGwei() : null;
        int confirmations = (ownConfirmations != null) ? ownConfirmations : this.evm.confirmations();
        BigDecimal maxFee = (ownFee != null) ? ownFee : this.evm.maxFeeGwei();
        BigDecimal tip = this.evm.priorityFeeGwei();
        check(!urls.isEmpty(), property, "one or more addresses of nodes");
        String network = "x402.evm.networks." + name;
        check(confirmations > 0, (ownConfirmations != null) ? network + ".confirmations" : "x402.evm.confirmations",
                "a number such as 1");
        check(wei(maxFee).signum() > 0, (ownFee != null) ? network + ".max-fee-gwei" : "x402.evm.max-fee-gwei",
                "a number such as 100");
        check(tip == null || tip.signum() == 0 || wei(tip).signum() > 0, "x402.evm.priority-fee-gwei",
                "a number such as 1");
        check(this.evm.maxGas() > 0, "x402.evm.max-gas", "a number such as 300000");
        check(this.evm.pollInterval().toMillis() >= 10, "x402.evm.poll-interval", "a duration such as 500ms");
        check(this.evm.lookbackBlocks() > 0, "x402.evm.lookback-blocks", "a number such as 2000");
        check(this.evm.reorganizationDepth() >= 0, "x402.evm.reorganization-depth", "a number such as 12");
        return new EvmNetworkSettings(network(property, name), urls.stream().map((url) -> url(property, url)).toList(),
                confirmations, wei(maxFee), (tip != null) ? wei(tip) : null, BigInteger.valueOf(this.evm.maxGas()),
                this.evm.pollInterval(), this.evm.lookbackBlocks(), this.evm.reorganizationDepth());
    }

    private Set<EvmAddress> factories() {
        Set<EvmAddress> factories = new HashSet<>();
        for (String text : this.evm.walletFactories()) {
            try {
                factories.add(EvmAddress.parse(text));
            }
            catch (IllegalArgumentException ex) {
                throw new InvalidX402ConfigurationException(
                        "x402.evm.wallet-factories has an entry that is not an address",
                        "Write each address as 0x and 40 hexadecimal digits, in quotes.");
            }
        }
        return factories;
    }

    private static Network network(String property, String name) {
        try {
            Network network = Network.parse(name);
            check(network.isEvm(), property, "an EVM network, such as base");
            return network;
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("The network of " + property + " is not known",
                    "Use an alias such as base, or a CAIP-2 name such as \"[eip155:8453]\".");
        }
    }

    private static URI url(String property, String text) {
        try {
            URI url = URI.create(text.strip());
            String scheme = url.getScheme();
            if (url.getHost() != null && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
                return url;
            }
        }
        catch (IllegalArgumentException ex) {
            // The exception of URI quotes the address.
        }
        throw new InvalidX402ConfigurationException("The address of a node in " + property + " cannot be used",
                "Set " + property + " to an http or https address.");
    }

    private static BigInteger wei(BigDecimal gwei) {
        return gwei.multiply(WEI_PER_GWEI).toBigInteger();
    }

    private static void check(boolean valid, String property, String form) {
        if (!valid) {
            throw new InvalidX402ConfigurationException(property + " cannot be used",
                    "Set " + property + " to " + form + ".");
        }
    }

}
