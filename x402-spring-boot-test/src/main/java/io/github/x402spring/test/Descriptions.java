package io.github.x402spring.test;

import java.util.stream.Collectors;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Words for failure messages. They hold no signature and nothing encoded.
 *
 * @param assets knows the tokens
 */
record Descriptions(AssetRegistry assets) {

    String of(PaymentRequired terms) {
        return terms.accepts().stream().map(this::of).collect(Collectors.joining(", or "));
    }

    String of(PaymentRequirements offer) {
        return amount(offer) + " on " + of(offer.network()) + " to " + offer.payTo();
    }

    static String of(Network network) {
        return network.v1Name().map((name) -> name + " (" + network + ")").orElseGet(network::toString);
    }

    static String of(SettleResponse receipt) {
        if (receipt.success()) {
            return "of the transaction " + receipt.transaction();
        }
        return "of a payment that was not settled: " + receipt.errorReason();
    }

    private String amount(PaymentRequirements offer) {
        if (this.assets.find(offer.network(), offer.asset()).isEmpty()) {
            return offer.amount() + " atomic units of the token " + offer.asset();
        }
        return new AmountFormat(this.assets).text(offer.network(), offer.asset(), offer.amount().value());
    }

}
