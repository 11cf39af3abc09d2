package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.ReasonCode;

/**
 * Is one authorization on its way into a block. Whoever waits for it reads the outcome;
 * all else belongs to the thread of its {@link Settler}.
 */
final class Transfer {

    private final PresentedTransfer presented;

    private final BigInteger gas;

    private final boolean payerDeployed;

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    private final AtomicBoolean claimed = new AtomicBoolean();

    private volatile String transaction = "";

    private final List<Attempt> attempts = new ArrayList<>();

    private @Nullable Relayer relayer;

    private boolean accepted;

    private Instant lastSent = Instant.EPOCH;

    private int missing;

    private @Nullable BigInteger knownBlock;

    private int passedOver;

    private boolean reorganised;

    Transfer(PresentedTransfer presented, boolean payerDeployed, BigInteger gas) {
        this.presented = presented;
        this.payerDeployed = payerDeployed;
        this.gas = gas;
    }

    PresentedTransfer presented() {
        return this.presented;
    }

    PresentedTransfer.Call call() {
        return this.presented.call(this.payerDeployed);
    }

    BigInteger gas() {
        return this.gas;
    }

    CompletableFuture<Outcome> outcome() {
        return this.outcome;
    }

    /**
     * Returns the hash of the last transaction; the empty string before it was sent.
     */
    String transaction() {
        return this.transaction;
    }

    /**
     * Lets one caller only report the payment as settled.
     */
    boolean claim() {
        return this.claimed.compareAndSet(false, true);
    }

    /**
     * Takes the transfer back, unless it was sent.
     */
    boolean withdraw() {
        return this.stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN);
    }

    boolean isWithdrawn() {
        return this.stage.get() == Stage.WITHDRAWN;
    }

    /**
     * Marks the transfer as about to be sent, unless it was withdrawn.
     */
    boolean begin() {
        return this.stage.compareAndSet(Stage.WAITING, Stage.SENT) || this.stage.get() == Stage.SENT;
    }

    void sent(Relayer relayer, Attempt attempt) {
        this.relayer = relayer;
        this.attempts.add(attempt);
        this.transaction = attempt.hash();
        this.missing = 0;
        this.passedOver = 0;
    }

    /**
     * Notes that a node has the transfer, or may have it.
     */
    void accepted(Instant now) {
        this.accepted = true;
        this.lastSent = now;
    }

    /**
     * Tells whether a node has the transfer, or may have it.
     */
    boolean mayBeSent() {
        return this.accepted;
    }

    /**
     * Notes that no node took the transfer, so that it may be withdrawn again.
     */
    void refused() {
        if (!this.accepted) {
            this.stage.compareAndSet(Stage.SENT, Stage.WAITING);
        }
    }

    Instant lastSent() {
        return this.lastSent;
    }

    void lastSent(Instant now) {
        this.lastSent = now;
    }

    /**
     * Forgets transactions that can no longer be mined.
     */
    void startOver() {
        this.attempts.clear();
        this.relayer = null;
    }

    List<Attempt> attempts() {
        return this.attempts;
    }

    @Nullable Relayer relayer() {
        return this.relayer;
    }

    /**
     * Counts the looks at the chain that found neither the transaction nor its nonce
     * free: nodes of one network are not always of one mind.
     */
    int countMissing() {
        return ++this.missing;
    }

    /**
     * Counts how often blocks had come without the last transaction when it was looked
     * for.
     * @param block the latest block's number
     */
    int countPassedOver(BigInteger block) {
        if (this.knownBlock != null && block.compareTo(this.knownBlock) > 0) {
            this.passedOver++;
        }
        this.knownBlock = block;
        return this.passedOver;
    }

    boolean reorganised() {
        return this.reorganised;
    }

    void reorganised(boolean reorganised) {
        this.reorganised = reorganised;
    }

    private enum Stage {

        WAITING, WITHDRAWN, SENT

    }

    /**
     * Is a signed transaction.
     *
     * @param nonce its number among those of its relayer
     * @param hash its hash
     * @param signed the transaction in hex
     * @param maxFee what it pays for a unit of gas at most, in wei
     * @param tip what it leaves to the block's producer, in wei
     */
    record Attempt(BigInteger nonce, String hash, String signed, BigInteger maxFee, BigInteger tip) {

        /**
         * Names the hash only: the transaction contains the payer's signature.
         */
        @Override
        public String toString() {
            return this.hash;
        }

    }

    /**
     * Is what became of a transfer.
     */
    sealed interface Outcome {

        /**
         * The money moved.
         *
         * @param transaction the transaction that moved it
         */
        record Paid(String transaction) implements Outcome {
        }

        /**
         * The transfer was sent and did not move the money.
         *
         * @param reason the protocol's reason
         * @param transaction the transaction that failed; the empty string if the chain
         * proves that the authorization was not used and that nothing sent can use it
         */
        record Failed(ReasonCode reason, String transaction) implements Outcome {
        }

        /**
         * The transfer was certainly not sent.
         *
         * @param why what was in the way
         */
        record NotSent(String why) implements Outcome {
        }

    }

}
