package io.github.x402spring.protocol;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Payment network, identified by its CAIP-2 name, such as {@code eip155:8453}.
 *
 * @param namespace the CAIP-2 namespace, such as {@code eip155}
 * @param reference the CAIP-2 reference, such as the decimal chain id
 * @since 0.1.0
 * @see <a href="https://chainagnostic.org/CAIPs/caip-2">CAIP-2</a>
 */
public record Network(String namespace, String reference) {

    private static final Pattern NAMESPACE = Pattern.compile("[-a-z0-9]{3,10}");

    private static final Pattern REFERENCE = Pattern.compile("[-_a-zA-Z0-9]{1,32}");

    private static final int TRANSACTION_DIGITS = 64;

    private static final Pattern CHAIN_ID = Pattern.compile("[1-9][0-9]{0,31}");

    private static final Map<String, String> ALIASES = Map.ofEntries(Map.entry("base", "eip155:8453"),
            Map.entry("base-sepolia", "eip155:84532"), Map.entry("ethereum", "eip155:1"),
            Map.entry("sepolia", "eip155:11155111"), Map.entry("avalanche", "eip155:43114"),
            Map.entry("avalanche-fuji", "eip155:43113"), Map.entry("polygon", "eip155:137"),
            Map.entry("polygon-amoy", "eip155:80002"), Map.entry("sei", "eip155:1329"),
            Map.entry("sei-testnet", "eip155:1328"), Map.entry("abstract", "eip155:2741"),
            Map.entry("abstract-testnet", "eip155:11124"), Map.entry("iotex", "eip155:4689"),
            Map.entry("peaq", "eip155:3338"), Map.entry("story", "eip155:1514"), Map.entry("educhain", "eip155:41923"),
            Map.entry("skale-base-sepolia", "eip155:324705682"), Map.entry("megaeth", "eip155:4326"),
            Map.entry("monad", "eip155:143"), Map.entry("stable", "eip155:988"),
            Map.entry("stable-testnet", "eip155:2201"), Map.entry("celo", "eip155:42220"),
            Map.entry("flare", "eip155:14"), Map.entry("solana", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
            Map.entry("solana-devnet", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"),
            Map.entry("solana-testnet", "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z"));

    private static final Map<String, String> ALIASES_BY_NAME = ALIASES.entrySet()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    /**
     * Common names that are no aliases of version 1.
     */
    private static final Map<String, String> MORE_ALIASES = Map.of("arbitrum", "eip155:42161", "arbitrum-sepolia",
            "eip155:421614", "optimism", "eip155:10", "optimism-sepolia", "eip155:11155420", "celo-sepolia",
            "eip155:11142220", "localhost", "eip155:31337");

    private static final Map<String, String> ALL_ALIASES_BY_NAME = Stream
        .concat(ALIASES.entrySet().stream(), MORE_ALIASES.entrySet().stream())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final Set<String> TEST_NETWORKS = Set.of("eip155:84532", "eip155:11155111", "eip155:43113",
            "eip155:80002", "eip155:1328", "eip155:11124", "eip155:324705682", "eip155:2201", "eip155:421614",
            "eip155:11155420", "eip155:31611", "eip155:72344", "eip155:181228", "eip155:51", "eip155:11142220",
            "eip155:31337", "eip155:1337", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
            "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z");

    public Network {
        Objects.requireNonNull(namespace, "'namespace' must not be null");
        Objects.requireNonNull(reference, "'reference' must not be null");
        if (!NAMESPACE.matcher(namespace).matches() || !REFERENCE.matcher(reference).matches()) {
            throw new IllegalArgumentException("'network' must be a CAIP-2 name such as eip155:8453");
        }
        if ("eip155".equals(namespace) && !CHAIN_ID.matcher(reference).matches()) {
            throw new IllegalArgumentException("'network' must carry a decimal chain id after 'eip155:'");
        }
    }

    /**
     * Parses a CAIP-2 name or one of the usual aliases ({@code base},
     * {@code base-sepolia}, …). Aliases are matched to the letter.
     * @param text the name
     * @return the network
     * @throws IllegalArgumentException if the text is neither
     */
    public static Network parse(String text) {
        Objects.requireNonNull(text, "'text' must not be null");
        String name = ALIASES.getOrDefault(text, MORE_ALIASES.getOrDefault(text, text));
        int colon = name.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'network' is not known"
                    + NearestName.of(text, names())
                        .map((nearest) -> "; did you mean " + nearest + "?")
                        .orElse("; known are " + String.join(", ", names()) + ".")
                    + " Other EVM chains are named by their ids, such as eip155:8453");
        }
        return new Network(name.substring(0, colon), name.substring(colon + 1));
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(ALIASES.keySet());
        names.addAll(MORE_ALIASES.keySet());
        return names;
    }

    /**
     * Parses text from outside.
     * @param text the name, or {@code null} if there was none
     * @return the network, or empty if the text is not a CAIP-2 name
     */
    public static Optional<Network> tryParse(@Nullable String text) {
        if (text == null || text.indexOf(':') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(text));
        }
        catch (IllegalArgumentException ex) {
            return Optional.empty();
        }
    }

    /**
     * Finds the network that x402 version 1 calls by the given short name.
     * @param name the short name, such as {@code base-sepolia}
     * @return the network, or empty if version 1 has no such name
     */
    public static Optional<Network> ofV1Name(@Nullable String name) {
        String caip2 = (name != null) ? ALIASES.get(name) : null;
        return (caip2 != null) ? Optional.of(parse(caip2)) : Optional.empty();
    }

    /**
     * Returns the short name that x402 version 1 uses.
     * @return the name, or empty if version 1 has none for this network
     */
    public Optional<String> v1Name() {
        return Optional.ofNullable(ALIASES_BY_NAME.get(toString()));
    }

    /**
     * Returns the alias of this network in configuration.
     * @return the alias, such as {@code base-sepolia}; empty if there is none
     */
    public Optional<String> alias() {
        return Optional.ofNullable(ALL_ALIASES_BY_NAME.get(toString()));
    }

    /**
     * Returns whether this is an EVM chain.
     * @return whether the namespace is {@code eip155}
     */
    public boolean isEvm() {
        return "eip155".equals(this.namespace);
    }

    /**
     * Parses the hash of a transaction on this network.
     * @param text the text
     * @return the hash in normal form, {@code 0x} and 64 hex digits in lower case on EVM
     * chains; empty if the text is no hash of this network
     */
    public Optional<String> transaction(String text) {
        if (!isEvm()) {
            return text.isBlank() ? Optional.empty() : Optional.of(text);
        }
        String digits = text.regionMatches(true, 0, "0x", 0, 2) ? text.substring(2) : text;
        return (digits.length() == TRANSACTION_DIGITS && isHex(digits))
                ? Optional.of("0x" + digits.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private static boolean isHex(String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (!HexFormat.isHexDigit(digits.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the EVM chain id.
     * @return the chain id
     * @throws IllegalStateException if this is not an EVM chain
     */
    public BigInteger chainId() {
        if (!isEvm()) {
            throw new IllegalStateException(this + " has no chain id");
        }
        return new BigInteger(this.reference);
    }

    /**
     * Returns whether tokens of this network are known to be worthless. Tokens of a
     * network that is not listed count as worth something.
     * @return whether this is a known test network
     */
    public boolean isTestNetwork() {
        return TEST_NETWORKS.contains(toString());
    }

    /**
     * Lists the networks whose tokens are known to be worthless.
     * @return the known test networks
     */
    public static Set<Network> testNetworks() {
        return TEST_NETWORKS.stream().map(Network::parse).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns the CAIP-2 name.
     */
    @Override
    public String toString() {
        return this.namespace + ":" + this.reference;
    }

}
