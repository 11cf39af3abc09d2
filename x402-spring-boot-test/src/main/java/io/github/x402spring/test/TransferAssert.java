package io.github.x402spring.test;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.assertj.core.api.AbstractAssert;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.test.MockFacilitator.Transfer;

/**
 * Assertions on movements of money. Each narrows them down: those that follow are about
 * the same ones.
 *
 * @since 0.1.0
 * @see MockFacilitatorAssert#transferred(String)
 */
public final class TransferAssert extends AbstractAssert<TransferAssert, List<Transfer>> {

    private final Supplier<String> description;

    private List<Transfer> transfers;

    TransferAssert(List<Transfer> transfers, Supplier<String> description) {
        super(transfers, TransferAssert.class);
        this.transfers = transfers;
        this.description = description;
    }

    TransferAssert of(String price, AssetRegistry assets) {
        Prices.Asked asked = Prices.parse(price, assets);
        return narrow((transfer) -> asked.test(transfer.network(), transfer.asset(), transfer.amount()),
                "a transfer of " + price);
    }

    /**
     * Verifies the payer.
     * @param wallet the payer
     * @return these assertions
     */
    public TransferAssert from(TestWallet wallet) {
        return narrow((transfer) -> transfer.from().equalsIgnoreCase(wallet.address()),
                "a transfer from " + wallet.address());
    }

    /**
     * Verifies the recipient.
     * @param wallet the recipient
     * @return these assertions
     */
    public TransferAssert to(TestWallet wallet) {
        return to(wallet.address());
    }

    /**
     * Verifies the recipient.
     * @param address the recipient's address, in any case
     * @return these assertions
     */
    public TransferAssert to(String address) {
        return narrow((transfer) -> transfer.to().equalsIgnoreCase(address), "a transfer to " + address);
    }

    /**
     * Verifies the network.
     * @param network the network in CAIP-2, or its short name
     * @return these assertions
     */
    public TransferAssert onNetwork(String network) {
        Network expected = Network.parse(network);
        return narrow((transfer) -> transfer.network().equals(expected),
                "a transfer on " + OfferedTerms.name(expected));
    }

    private TransferAssert narrow(Predicate<Transfer> expected, String words) {
        List<Transfer> left = this.transfers.stream().filter(expected).toList();
        if (left.isEmpty()) {
            failWithMessage("%s", "Expected " + words + ", but " + this.description.get());
        }
        this.transfers = left;
        return this;
    }

}
