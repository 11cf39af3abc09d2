package io.github.x402spring.test;

import java.util.List;
import java.util.function.Predicate;

import org.assertj.core.api.AbstractAssert;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Assertions on the terms of a 402. Each narrows the ways to pay down: those that follow
 * are about the same one.
 *
 * @since 0.1.0
 * @see PaidResponseAssert#isPaymentRequired()
 */
public final class PaymentTermsAssert extends AbstractAssert<PaymentTermsAssert, Object> {

    private final AssetRegistry assets;

    private final String description;

    private List<PaymentRequirements> offers;

    PaymentTermsAssert(OfferedTerms terms, String description) {
        super(terms, PaymentTermsAssert.class);
        this.offers = terms.readable();
        this.assets = terms.assets();
        this.description = description;
    }

    /**
     * Verifies the price.
     * @param price the price as {@code application.yml} has it: {@code "$0.01"},
     * {@code "0.01"} for the network's usual token, {@code "1.50 USDC"} for a token by
     * symbol, or a number of atomic units and the token's address
     * @return these assertions
     * @throws IllegalArgumentException if that is no price
     */
    public PaymentTermsAssert forPrice(String price) {
        Prices.Asked asked = Prices.parse(price, this.assets);
        return narrow(asked::test, "for the price " + price);
    }

    /**
     * Verifies the network.
     * @param network the network in CAIP-2, or its short name such as
     * {@code base-sepolia}
     * @return these assertions
     */
    public PaymentTermsAssert onNetwork(String network) {
        Network expected = Network.parse(network);
        return narrow((offer) -> offer.network().equals(expected), "on the network " + OfferedTerms.name(expected));
    }

    /**
     * Verifies the recipient.
     * @param address the address, in any case
     * @return these assertions
     */
    public PaymentTermsAssert payTo(String address) {
        return narrow((offer) -> offer.payTo().equalsIgnoreCase(address), "to " + address);
    }

    /**
     * Verifies the token.
     * @param symbolOrAddress the token's symbol, or its contract address in any case
     * @return these assertions
     */
    public PaymentTermsAssert inAsset(String symbolOrAddress) {
        return narrow((offer) -> offer.asset().equalsIgnoreCase(symbolOrAddress)
                || this.assets.find(offer.network(), symbolOrAddress)
                    .map(Asset::address)
                    .filter(offer.asset()::equalsIgnoreCase)
                    .isPresent(),
                "in the token " + symbolOrAddress);
    }

    private PaymentTermsAssert narrow(Predicate<PaymentRequirements> expected, String words) {
        List<PaymentRequirements> left = this.offers.stream().filter(expected).toList();
        if (left.isEmpty()) {
            failWithMessage("%s", "Expected terms " + words + ", but " + this.description);
        }
        this.offers = left;
        return this;
    }

}
