package io.github.x402spring.autoconfigure.console;

import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;

/**
 * Addresses of transactions, accounts and tokens at block explorers. Only what is the
 * name of such a thing becomes part of an address.
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-3091">EIP-3091</a>
 */
final class Explorers {

    static final Explorers NONE = new Explorers(Map.of());

    private static final Map<String, String> KNOWN = Map.ofEntries(Map.entry("base", "https://basescan.org"),
            Map.entry("base-sepolia", "https://sepolia.basescan.org"), Map.entry("ethereum", "https://etherscan.io"),
            Map.entry("sepolia", "https://sepolia.etherscan.io"), Map.entry("polygon", "https://polygonscan.com"),
            Map.entry("polygon-amoy", "https://amoy.polygonscan.com"), Map.entry("avalanche", "https://snowtrace.io"),
            Map.entry("avalanche-fuji", "https://testnet.snowtrace.io"), Map.entry("arbitrum", "https://arbiscan.io"),
            Map.entry("arbitrum-sepolia", "https://sepolia.arbiscan.io"),
            Map.entry("optimism", "https://optimistic.etherscan.io"),
            Map.entry("optimism-sepolia", "https://sepolia-optimism.etherscan.io"),
            Map.entry("celo", "https://celoscan.io"));

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

    private final Map<Network, String> addresses;

    private Explorers(Map<Network, String> addresses) {
        this.addresses = Map.copyOf(addresses);
    }

    /**
     * Creates explorers of the best known networks and of those that are configured.
     * @param configured addresses by alias or CAIP-2 name of the network, each to win
     * over the one that is known; an empty one means that nothing leads to an explorer
     * @return the explorers
     * @throws IllegalArgumentException if a network is not known or named twice, or if an
     * address is anything but {@code http} or {@code https}, a host, and a path
     */
    static Explorers of(Map<String, String> configured) {
        Map<Network, String> addresses = new HashMap<>();
        KNOWN.forEach((name, address) -> addresses.put(Network.parse(name), address));
        Set<Network> named = new HashSet<>();
        configured.forEach((name, address) -> {
            Network network = Network.parse(name);
            if (!named.add(network)) {
                throw new IllegalArgumentException("The explorer of " + network + " is named twice");
            }
            if (address.isBlank()) {
                addresses.remove(network);
            }
            else {
                addresses.put(network, checked(address.strip()));
            }
        });
        return new Explorers(addresses);
    }

    private static String checked(String address) {
        URI uri = URI.create(address);
        if (!Html.leadsAway(uri) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("An explorer has an address such as https://sepolia.basescan.org");
        }
        String text = uri.toASCIIString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Returns {@code null} if nothing leads to a transaction of this name. */
    @Nullable URI transaction(Network network, String transaction) {
        String name = network.isEvm() ? network.transaction(transaction).orElse(null) : null;
        return (name != null) ? page(network, "/tx/" + name) : null;
    }

    @Nullable URI account(Network network, String address) {
        return ADDRESS.matcher(address).matches() ? page(network, "/address/" + address) : null;
    }

    @Nullable URI token(Network network, String address) {
        return ADDRESS.matcher(address).matches() ? page(network, "/token/" + address) : null;
    }

    private @Nullable URI page(Network network, String path) {
        String address = this.addresses.get(network);
        return (address != null) ? URI.create(address + path) : null;
    }

}
