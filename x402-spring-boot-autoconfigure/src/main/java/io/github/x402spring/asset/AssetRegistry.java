package io.github.x402spring.asset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;

/**
 * Finds the token that configuration names: the configured ones first, then the presets
 * of the official SDK. Built once and read; thread-safe.
 *
 * @since 0.1.0
 */
public final class AssetRegistry {

    private final Map<Network, List<Asset>> assets = new HashMap<>();

    /**
     * Creates a registry.
     * @param configured the application's own tokens, in order of preference; each wins
     * over a preset with the same symbol
     * @throws IllegalArgumentException if two of them have the same symbol on the same
     * network
     */
    public AssetRegistry(List<Asset> configured) {
        for (Asset asset : configured) {
            List<Asset> present = of(asset.network());
            for (Asset other : present) {
                if (other.symbol().equals(asset.symbol())) {
                    throw new IllegalArgumentException(
                            "'configured' must not name " + asset.symbol() + " on " + asset.network() + " twice");
                }
            }
            present.add(asset);
        }
        for (Asset asset : DefaultAssets.ALL) {
            of(asset.network()).add(asset);
        }
    }

    /**
     * Finds a token.
     * @param network the network it lives on
     * @param symbolOrAddress the symbol, to the letter, or the contract address in any
     * case; {@code null} for the network's default
     * @return the token, or empty if there is none
     */
    public Optional<Asset> find(Network network, @Nullable String symbolOrAddress) {
        for (Asset asset : this.assets.getOrDefault(network, List.of())) {
            if (symbolOrAddress == null || asset.symbol().equals(symbolOrAddress)
                    || asset.address().equalsIgnoreCase(symbolOrAddress)) {
                return Optional.of(asset);
            }
        }
        return Optional.empty();
    }

    private List<Asset> of(Network network) {
        return this.assets.computeIfAbsent(network, (key) -> new ArrayList<>());
    }

}
