package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;

/**
 * Is what a transaction pays for a unit of gas.
 *
 * @param maxFee the most it pays, in wei
 * @param tip what of it goes to the block's producer, in wei
 * @see <a href="https://eips.ethereum.org/EIPS/eip-1559">EIP-1559</a>
 */
record Fees(BigInteger maxFee, BigInteger tip) {

    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

    /**
     * Leaves room for the base fee to double, within the ceiling.
     * @return the fees; {@code null} if the ceiling is lower than what a block asks for
     */
    static @Nullable Fees of(Snapshot snapshot, EvmNetworkSettings settings) {
        BigInteger tip = settings.priorityFeePerGas();
        if (tip == null) {
            tip = (snapshot.tip() != null) ? snapshot.tip() : GWEI;
        }
        BigInteger needed = snapshot.head().baseFee().add(tip);
        BigInteger ceiling = settings.maxFeePerGas();
        return (needed.compareTo(ceiling) <= 0) ? new Fees(needed.add(snapshot.head().baseFee()).min(ceiling), tip)
                : null;
    }

    /**
     * Raises the fees as far as nodes ask for before they replace a transaction: by a
     * tenth at least.
     * @return the fees; {@code null} if the ceiling is lower
     */
    @Nullable Fees toReplace(Attempt attempt, EvmNetworkSettings settings) {
        BigInteger fee = this.maxFee.max(raised(attempt.maxFee()));
        BigInteger priority = this.tip.max(raised(attempt.tip()));
        return (fee.compareTo(settings.maxFeePerGas()) <= 0) ? new Fees(fee, priority.min(fee)) : null;
    }

    /**
     * Tells whether a transaction pays too little for the next block.
     */
    boolean exceeds(Attempt attempt, BigInteger baseFee) {
        return baseFee.add(this.tip).compareTo(attempt.maxFee()) > 0;
    }

    private static BigInteger raised(BigInteger fee) {
        return fee.add(fee.shiftRight(3)).add(BigInteger.ONE);
    }

}
