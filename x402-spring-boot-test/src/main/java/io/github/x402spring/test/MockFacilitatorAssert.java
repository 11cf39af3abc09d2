package io.github.x402spring.test;

import java.util.List;
import java.util.stream.Collectors;

import org.assertj.core.api.AbstractAssert;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.test.MockFacilitator.Transfer;

/**
 * Assertions on what a {@link MockFacilitator} settled. Failure messages list the
 * transfers, and what was replied to requests to settle.
 *
 * @since 0.1.0
 */
public final class MockFacilitatorAssert extends AbstractAssert<MockFacilitatorAssert, MockFacilitator> {

    MockFacilitatorAssert(MockFacilitator actual) {
        super(actual, MockFacilitatorAssert.class);
    }

    /**
     * Verifies that no money moved.
     * @return these assertions
     */
    public MockFacilitatorAssert settledNothing() {
        return settled(0);
    }

    /**
     * Verifies that money moved exactly once.
     * @return these assertions
     */
    public MockFacilitatorAssert settledOnce() {
        return settled(1);
    }

    /**
     * Verifies that money moved exactly once, and how much.
     * @param price the price, as for {@link #transferred}
     * @return assertions on the transfer
     */
    public TransferAssert settledOnce(String price) {
        return settledOnce().transferred(price);
    }

    /**
     * Verifies how often money moved.
     * @param times how often
     * @return these assertions
     */
    public MockFacilitatorAssert settled(int times) {
        if (transfers().size() != times) {
            failWithMessage("%s", "Expected " + times(times) + ", but " + describe());
        }
        return this;
    }

    /**
     * Verifies that a price was transferred, at least once.
     * @param price the price, such as {@code "$0.03"}, {@code "1.50 USDC"}, or the number
     * of atomic units and the address of a token
     * @return assertions on the transfers of that price
     * @throws IllegalArgumentException if that is no price
     */
    public TransferAssert transferred(String price) {
        return new TransferAssert(transfers(), this::describe).of(price, this.actual.assets());
    }

    private List<Transfer> transfers() {
        isNotNull();
        return this.actual.transfers();
    }

    private static String times(int times) {
        return switch (times) {
            case 0 -> "that nothing is transferred";
            case 1 -> "one transfer";
            default -> times + " transfers";
        };
    }

    private String describe() {
        AmountFormat format = new AmountFormat(this.actual.assets());
        String transfers = transfers().stream()
            .map((transfer) -> format.text(transfer.network(), transfer.asset(), transfer.amount().value()) + " from "
                    + transfer.from() + " to " + transfer.to() + " on " + OfferedTerms.name(transfer.network()))
            .collect(Collectors.joining(", and "));
        String replies = this.actual.settlements()
            .stream()
            .map(MockFacilitator.Call::reply)
            .collect(Collectors.joining(", and "));
        return "the facilitator transferred " + (transfers.isEmpty() ? "nothing" : transfers)
                + (replies.isEmpty() ? "; it was not asked to settle" : "; asked to settle it replied " + replies);
    }

}
