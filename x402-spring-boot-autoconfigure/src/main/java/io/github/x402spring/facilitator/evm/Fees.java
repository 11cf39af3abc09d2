package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;

/**
 * Price of a unit of gas of one transaction. On a chain without a base fee the whole
 * price is the tip, and transactions have the legacy form.
 *
 * @param maxFee the highest price, in wei
 * @param tip the share of the block's producer, in wei
 * @param legacy whether the chain has no base fee
 * @see <a href="https://eips.ethereum.org/EIPS/eip-1559">EIP-1559</a>
 */
record Fees(BigInteger maxFee, BigInteger tip, boolean legacy) {

    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

    /**
     * Computes fees that leave room for the base fee to double, within the ceiling.
     * @return the fees; {@code null} if the ceiling is lower than the price in the next
     * block
     */
    static @Nullable Fees of(Snapshot snapshot, EvmNetworkSettings settings) {
        BigInteger configured = settings.priorityFeePerGas();
        BigInteger suggested = (snapshot.tip() != null) ? snapshot.tip() : GWEI;
        BigInteger baseFee = snapshot.head().baseFee();
        BigInteger ceiling = settings.maxFeePerGas();
        if (baseFee == null) {
            BigInteger price = (configured != null) ? suggested.max(configured) : suggested;
            return (price.compareTo(ceiling) <= 0) ? new Fees(price, price, true) : null;
        }
        BigInteger tip = (configured != null) ? configured : suggested;
        BigInteger needed = baseFee.add(tip);
        return (needed.compareTo(ceiling) <= 0) ? new Fees(needed.add(baseFee).min(ceiling), tip, false) : null;
    }

    /**
     * Raises the fees so that nodes replace a transaction: by a tenth at least.
     * @return the fees; {@code null} if the ceiling is lower
     */
    @Nullable Fees toReplace(Attempt attempt, EvmNetworkSettings settings) {
        BigInteger fee = this.maxFee.max(raised(attempt.maxFee()));
        BigInteger priority = this.legacy ? fee : this.tip.max(raised(attempt.tip()));
        return (fee.compareTo(settings.maxFeePerGas()) <= 0) ? new Fees(fee, priority.min(fee), this.legacy) : null;
    }

    /**
     * Checks whether a transaction pays too little for the next block.
     */
    boolean exceeds(Attempt attempt, @Nullable BigInteger baseFee) {
        BigInteger needed = (baseFee != null) ? baseFee.add(this.tip) : this.tip;
        return needed.compareTo(attempt.maxFee()) > 0;
    }

    private static BigInteger raised(BigInteger fee) {
        return fee.add(fee.shiftRight(3)).add(BigInteger.ONE);
    }

}
