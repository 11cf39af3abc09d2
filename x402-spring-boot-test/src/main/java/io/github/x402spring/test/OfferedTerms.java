package io.github.x402spring.test;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.codec.DecodedTerms;
import io.github.x402spring.codec.DecodedTerms.Offer;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Terms that a seller offered, and their description for failure messages.
 *
 * @param terms the terms
 * @param assets the tokens that are known by name
 */
record OfferedTerms(DecodedTerms terms, AssetRegistry assets) {

    static final String HEADER = "PAYMENT-REQUIRED";

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    /**
     * Reads the terms of a response.
     * @throws AssertionError if there are none
     */
    static OfferedTerms from(HttpHeaders headers, AssetRegistry assets) {
        List<String> values = headers.getOrEmpty(HEADER);
        if (values.size() != 1) {
            throw new AssertionError("Expected one header " + HEADER + " with the terms, but there "
                    + (values.isEmpty() ? "is none" : "are " + values.size()));
        }
        return new OfferedTerms(CODEC.decodeTerms(values.get(0))
            .orElseThrow(() -> new AssertionError("The header " + HEADER + " holds no terms of x402")), assets);
    }

    /** As the client would have received them. */
    static OfferedTerms from(PaymentRequired terms, AssetRegistry assets) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HEADER, CODEC.encode(terms.toMap()));
        return from(headers, assets);
    }

    /**
     * Chooses the first offer that can be signed and is for the given price and network.
     * @throws AssertionError if there is none, with what the terms ask for
     */
    Offer.Readable choose(@Nullable String price, @Nullable Network network) {
        Prices.Asked asked = (price != null) ? Prices.parse(price, this.assets) : (any, token, amount) -> true;
        for (Offer offer : this.terms.offers()) {
            if (offer instanceof Offer.Readable readable && signable(readable.requirements())
                    && asked.test(readable.requirements())
                    && (network == null || network.equals(readable.requirements().network()))) {
                return readable;
            }
        }
        throw new AssertionError("Expected terms of " + this.terms.required().resource().url() + " that ask for "
                + ((price != null) ? price : "a payment by EIP-3009")
                + ((network != null) ? " on " + name(network) : "") + ", but they ask for " + this);
    }

    private static boolean signable(PaymentRequirements requirements) {
        Object method = requirements.extra().get("assetTransferMethod");
        return "exact".equals(requirements.scheme()) && requirements.network().isEvm()
                && (method == null || "eip3009".equals(method));
    }

    /** Those that can be read. */
    List<PaymentRequirements> readable() {
        return this.terms.required().accepts();
    }

    Map<String, @Nullable Object> tree() {
        return this.terms.tree();
    }

    static String name(Network network) {
        return network.alias().map((alias) -> alias + " (" + network + ")").orElseGet(network::toString);
    }

    /**
     * Describes the terms for failure messages.
     */
    @Override
    public String toString() {
        if (this.terms.offers().isEmpty()) {
            return "nothing that could be paid";
        }
        return this.terms.offers().stream().map(this::describe).collect(Collectors.joining(", or "));
    }

    private String describe(Offer offer) {
        return switch (offer) {
            case Offer.Readable(PaymentRequirements asked, var tree) ->
                new AmountFormat(this.assets).text(asked.network(), asked.asset(), asked.amount().value()) + " ("
                        + asked.amount() + " atomic units of " + asked.asset() + ") on " + name(asked.network())
                        + ", paid to " + asked.payTo()
                        + ("exact".equals(asked.scheme()) ? "" : ", by scheme " + asked.scheme());
            case Offer.Unreadable(String problem) -> "something unreadable (" + problem + ")";
        };
    }

}
