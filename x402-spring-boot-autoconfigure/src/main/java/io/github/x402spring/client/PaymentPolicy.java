package io.github.x402spring.client;

import java.net.URI;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.client.PaymentRefusedException.Refusal;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Policy on what a client may pay without confirmation. Everything that is not named is
 * refused; a policy that names no origin or no limit cannot be built.
 * <p>
 * The origin that counts is the request's own. What the terms call their resource is not
 * trusted, and is compared with it only on demand, since a server behind a proxy may not
 * know its public address.
 *
 * @param origins the origins that may be paid, such as {@code https://api.example.com}
 * @param limits the tokens that may be used, at most one limit for each
 * @param resourceOriginCompared whether the terms must name a resource of the request's
 * own origin
 * @since 0.1.0
 */
public record PaymentPolicy(Set<String> origins, List<Limit> limits, boolean resourceOriginCompared) {

    public PaymentPolicy {
        Set<String> normalized = new LinkedHashSet<>();
        for (String origin : origins) {
            normalized.add(Origin.parse(origin).toString());
        }
        origins = Collections.unmodifiableSet(normalized);
        limits = List.copyOf(limits);
        if (origins.isEmpty()) {
            throw new IllegalArgumentException("'origins' must name at least one origin");
        }
        if (limits.isEmpty()) {
            throw new IllegalArgumentException("'limits' must name at least one token");
        }
        Set<String> tokens = new HashSet<>();
        for (Limit limit : limits) {
            if (!tokens.add(limit.network() + "/" + limit.asset().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("'limits' must not name " + limit.asset() + " twice");
            }
        }
    }

    /**
     * Starts a policy with the preset tokens.
     * @return a builder
     */
    public static PaymentPolicyBuilder builder() {
        return builder(new AssetRegistry(List.of()));
    }

    /**
     * Starts a policy.
     * @param assets the known tokens
     * @return a builder
     */
    public static PaymentPolicyBuilder builder(AssetRegistry assets) {
        return new PaymentPolicyBuilder(assets);
    }

    @Nullable Refusal refusalOf(URI request, String resource) {
        Optional<Origin> origin = Origin.of(request);
        if (origin.isEmpty() || !this.origins.contains(origin.get().toString())) {
            return new Refusal(Reason.ORIGIN, "the origin is not allowed");
        }
        if (this.resourceOriginCompared && !origin.equals(Origin.tryParse(resource))) {
            return new Refusal(Reason.RESOURCE_ORIGIN, "the terms name a resource of another origin");
        }
        return null;
    }

    @Nullable Refusal refusalOf(PaymentRequirements terms) {
        boolean networkAllowed = false;
        for (Limit limit : this.limits) {
            if (limit.network().equals(terms.network())) {
                networkAllowed = true;
                if (limit.asset().equalsIgnoreCase(terms.asset())) {
                    return limit.refusalOf(terms);
                }
            }
        }
        return networkAllowed ? new Refusal(Reason.ASSET, "the asset is not allowed on " + terms.network())
                : new Refusal(Reason.NETWORK, "the network " + terms.network() + " is not allowed");
    }

    /**
     * Permission to pay with one token up to a maximum per payment.
     *
     * @param network the network, an EVM chain
     * @param asset the token's contract address
     * @param maximum the maximum of one payment, in atomic units
     * @param known the token's description, whose EIP-712 name and version the terms must
     * repeat, or {@code null} if nothing is known but the address
     */
    public record Limit(Network network, String asset, TokenAmount maximum, @Nullable Asset known) {

        public Limit {
            Objects.requireNonNull(network, "'network' must not be null");
            Objects.requireNonNull(asset, "'asset' must not be null");
            Objects.requireNonNull(maximum, "'maximum' must not be null");
            if (!network.isEvm()) {
                throw new IllegalArgumentException("'network' must be an EVM chain");
            }
            EvmAddress.parse(asset);
            if (known != null && !(known.network().equals(network) && known.address().equalsIgnoreCase(asset))) {
                throw new IllegalArgumentException("'known' must describe the same token");
            }
        }

        private @Nullable Refusal refusalOf(PaymentRequirements terms) {
            Optional<Eip712Domain> domain = Eip712Domain.of(terms);
            if (domain.isEmpty()) {
                return new Refusal(Reason.EIP712_DOMAIN, "the EIP-712 name or version of the token is missing");
            }
            if (this.known != null && !(this.known.name().equals(domain.get().name())
                    && this.known.version().equals(domain.get().version()))) {
                return new Refusal(Reason.EIP712_DOMAIN,
                        "the EIP-712 name or version is not that of " + this.known.symbol());
            }
            if (terms.amount().compareTo(this.maximum) > 0) {
                return new Refusal(Reason.AMOUNT,
                        "the amount of " + text(terms.amount()) + " is more than the limit of " + text(this.maximum));
            }
            return null;
        }

        private String text(TokenAmount amount) {
            return (this.known != null) ? new AmountFormat(new AssetRegistry(List.of(this.known))).text(this.network,
                    this.asset, amount.value()) : amount + " of the smallest unit of " + this.asset;
        }

    }

}
