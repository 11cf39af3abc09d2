package io.github.x402spring.asset;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Registry of the known tokens: the configured ones first, then the presets of the
 * official SDK. Immutable.
 *
 * @since 0.1.0
 */
public final class AssetRegistry {

    private static final int MILLIONTHS = 6;

    private final Map<Network, List<Asset>> assets = new HashMap<>();

    private final Set<Asset> dollars;

    /**
     * Creates a registry of tokens of which only the presets are worth a dollar.
     * @param configured the application's own tokens, in order of preference; each wins
     * over a preset with the same symbol
     * @throws IllegalArgumentException if two of them have the same symbol on the same
     * network
     */
    public AssetRegistry(List<Asset> configured) {
        this(configured, Set.of());
    }

    /**
     * Creates a registry.
     * @param configured the application's own tokens, in order of preference; each wins
     * over a preset with the same symbol
     * @param dollars those of them that are worth a dollar
     * @throws IllegalArgumentException if two of them have the same symbol on the same
     * network
     */
    public AssetRegistry(List<Asset> configured, Set<Asset> dollars) {
        this.dollars = Set.copyOf(dollars);
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

    /**
     * Finds a token by its names in a message from outside.
     * @param network the name of the network in CAIP-2
     * @param address the contract address in any case
     * @return the token, or empty if it is not known
     */
    public Optional<Asset> at(String network, String address) {
        return Network.tryParse(network)
            .flatMap((known) -> this.assets.getOrDefault(known, List.of())
                .stream()
                .filter((asset) -> asset.address().equalsIgnoreCase(address))
                .findFirst());
    }

    /**
     * States an amount in millionths of a dollar, rounded up. All presets are dollars.
     * @param network the network
     * @param address the token's contract address in any case
     * @param amount the amount in the token's atomic units
     * @return the number of millionths, or empty if the token is not known to be worth a
     * dollar
     */
    public Optional<BigInteger> millionthsOfADollar(Network network, String address, TokenAmount amount) {
        Asset first = find(network, address).orElse(null);
        if (first == null) {
            return Optional.empty();
        }
        for (Asset asset : this.assets.getOrDefault(network, List.of())) {
            boolean same = asset.address().equalsIgnoreCase(address);
            if (same && (this.dollars.contains(asset) || DefaultAssets.ALL.contains(asset))) {
                return Optional.of(new BigDecimal(amount.value()).movePointRight(MILLIONTHS - first.decimals())
                    .setScale(0, RoundingMode.CEILING)
                    .toBigInteger());
            }
        }
        return Optional.empty();
    }

    private List<Asset> of(Network network) {
        return this.assets.computeIfAbsent(network, (key) -> new ArrayList<>());
    }

}
