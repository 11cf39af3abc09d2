package io.github.x402spring.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.client.PaymentPolicy.Limit;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Builder of a {@link PaymentPolicy}.
 *
 * @since 0.1.0
 */
public final class PaymentPolicyBuilder {

    private final AssetRegistry assets;

    private final Set<String> origins = new LinkedHashSet<>();

    private final Set<Network> networks = new LinkedHashSet<>();

    private final List<Price> maximums = new ArrayList<>();

    private final List<Limit> limits = new ArrayList<>();

    private boolean resourceOriginCompared;

    PaymentPolicyBuilder(AssetRegistry assets) {
        this.assets = Objects.requireNonNull(assets, "'assets' must not be null");
    }

    /**
     * Allows paying an origin.
     * @param origin the origin, such as {@code https://api.example.com}
     * @return this builder
     */
    public PaymentPolicyBuilder allowOrigin(String origin) {
        this.origins.add(origin);
        return this;
    }

    /**
     * Allows paying on a network.
     * @param network an alias or a CAIP-2 name, such as {@code base-sepolia}
     * @return this builder
     */
    public PaymentPolicyBuilder allowNetwork(String network) {
        this.networks.add(Network.parse(network));
        return this;
    }

    /**
     * Allows a known token, on each allowed network that has it, up to a maximum per
     * payment.
     * @param maximum the maximum in whole tokens, such as {@code "0.05 USDC"}; without a
     * symbol it is for the default token of each network
     * @return this builder
     */
    public PaymentPolicyBuilder maximumPerPayment(String maximum) {
        this.maximums.add(Price.parse(maximum));
        return this;
    }

    /**
     * Allows one token by its address up to a maximum per payment.
     * @param network an alias or a CAIP-2 name
     * @param asset the token's contract address
     * @param maximum the maximum in atomic units
     * @return this builder
     */
    public PaymentPolicyBuilder maximumPerPayment(String network, String asset, TokenAmount maximum) {
        Network parsed = Network.parse(network);
        this.limits.add(new Limit(parsed, asset, maximum, this.assets.find(parsed, asset).orElse(null)));
        return this;
    }

    /**
     * Refuses terms that name a resource of another origin than the request's own.
     * @return this builder
     */
    public PaymentPolicyBuilder compareResourceOrigin() {
        this.resourceOriginCompared = true;
        return this;
    }

    /**
     * Builds the policy.
     * @return the policy
     * @throws IllegalArgumentException if nothing is allowed, if an allowed network has
     * no limit or a limit no allowed network, or if a maximum is not a whole number of
     * atomic units
     */
    public PaymentPolicy build() {
        List<Limit> all = new ArrayList<>(this.limits);
        for (Price maximum : this.maximums) {
            all.addAll(resolve(maximum));
        }
        for (Limit limit : all) {
            if (!this.networks.contains(limit.network())) {
                throw new IllegalArgumentException(limit.network() + " has a maximum and is not allowed");
            }
        }
        for (Network network : this.networks) {
            if (all.stream().noneMatch((limit) -> limit.network().equals(network))) {
                throw new IllegalArgumentException(network + " is allowed and has no maximum");
            }
        }
        return new PaymentPolicy(this.origins, all, this.resourceOriginCompared);
    }

    private List<Limit> resolve(Price maximum) {
        List<Limit> resolved = new ArrayList<>();
        for (Network network : this.networks) {
            Optional<Asset> asset = this.assets.find(network, maximum.symbol())
                .filter((candidate) -> candidate.transferMethod() == null);
            asset.ifPresent((known) -> resolved.add(new Limit(network, known.address(), maximum.in(known), known)));
        }
        if (resolved.isEmpty()) {
            throw new IllegalArgumentException("No allowed network has a token for the maximum "
                    + maximum.amount().toPlainString() + ((maximum.symbol() != null) ? " " + maximum.symbol() : ""));
        }
        return resolved;
    }

}
