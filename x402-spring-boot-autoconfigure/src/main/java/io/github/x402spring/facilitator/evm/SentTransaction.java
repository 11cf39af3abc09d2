package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.evm.PresentedTransfer.Call;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;

/**
 * Transaction that a relayer sent with one nonce. It is sent again until the chain has
 * used the nonce, whatever the outcome of its transfer: all higher nonces wait for it.
 */
final class SentTransaction {

    private final @Nullable Transfer transfer;

    private final Call call;

    private final BigInteger gas;

    private Attempt attempt;

    private Instant lastSent;

    private int passedOver;

    private @Nullable BigInteger knownBlock;

    private int used;

    private int rejected;

    /**
     * Creates the record of a transaction.
     * @param transfer the transfer that it carries out; {@code null} if it is empty
     * @param call the call that it makes
     * @param gas the gas that it gets
     * @param attempt its latest form
     * @param now the time at which it was sent
     */
    SentTransaction(@Nullable Transfer transfer, Call call, BigInteger gas, Attempt attempt, Instant now) {
        this.transfer = transfer;
        this.call = call;
        this.gas = gas;
        this.attempt = attempt;
        this.lastSent = now;
    }

    static SentTransaction of(Transfer transfer, Attempt attempt, Instant now) {
        return new SentTransaction(transfer, transfer.call(), transfer.gas(), attempt, now);
    }

    @Nullable Transfer transfer() {
        return this.transfer;
    }

    Call call() {
        return this.call;
    }

    BigInteger gas() {
        return this.gas;
    }

    Attempt attempt() {
        return this.attempt;
    }

    Instant lastSent() {
        return this.lastSent;
    }

    void lastSent(Instant now) {
        this.lastSent = now;
    }

    /**
     * Replaces the transaction by one with higher fees.
     */
    void replaceBy(Attempt attempt) {
        this.attempt = attempt;
        this.passedOver = 0;
    }

    /**
     * Counts the looks at which there were new blocks without the transaction.
     * @param block the latest block's number
     */
    int countPassedOver(BigInteger block) {
        if (this.knownBlock != null && block.compareTo(this.knownBlock) > 0) {
            this.passedOver++;
        }
        this.knownBlock = block;
        return this.passedOver;
    }

    /**
     * Counts the rejections in a row.
     * @param rejected whether the latest reply was one
     */
    int countRejected(boolean rejected) {
        this.rejected = rejected ? this.rejected + 1 : 0;
        return this.rejected;
    }

    /**
     * Counts the looks in a row at which the chain had used the nonce.
     * @param used whether it had at the latest look
     */
    int countUsed(boolean used) {
        this.used = used ? this.used + 1 : 0;
        return this.used;
    }

}
