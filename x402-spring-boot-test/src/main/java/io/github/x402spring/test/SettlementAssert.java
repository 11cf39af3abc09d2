package io.github.x402spring.test;

import org.assertj.core.api.AbstractAssert;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Assertions on the receipt of a payment.
 *
 * @since 0.1.0
 * @see PaidResponseAssert#isSettled()
 */
public final class SettlementAssert extends AbstractAssert<SettlementAssert, SettleResponse> {

    private final String description;

    SettlementAssert(SettleResponse receipt, String description) {
        super(receipt, SettlementAssert.class);
        this.description = description;
    }

    /**
     * Verifies the transaction.
     * @param hash the transaction's hash, in any case
     * @return these assertions
     */
    public SettlementAssert withTransaction(String hash) {
        return check(this.actual.transaction().equalsIgnoreCase(hash), "a receipt with the transaction " + hash);
    }

    /**
     * Verifies the payer.
     * @param wallet the payer
     * @return these assertions
     */
    public SettlementAssert by(TestWallet wallet) {
        return check(wallet.address().equalsIgnoreCase(this.actual.payer()), "a payment by " + wallet.address());
    }

    /**
     * Verifies the network.
     * @param network the network in CAIP-2, or its short name
     * @return these assertions
     */
    public SettlementAssert onNetwork(String network) {
        Network expected = Network.parse(network);
        boolean same = Network.tryParse(this.actual.network()).filter(expected::equals).isPresent();
        return check(same, "a payment on " + OfferedTerms.name(expected));
    }

    private SettlementAssert check(boolean holds, String expectation) {
        if (!holds) {
            failWithMessage("%s", "Expected " + expectation + ", but " + this.description + ", payer "
                    + this.actual.payer() + ", network " + this.actual.network());
        }
        return this;
    }

}
