package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Authorization on its way into a block. Callers wait for its outcome; all else is
 * confined to the thread of its {@link Settler}.
 * <p>
 * It may have several transactions, with several nonces of several relayers. None is
 * dropped before the transfer is decided: a node that did not know it may have been
 * wrong.
 */
final class Transfer {

    private static final int MAX_ATTEMPTS = 64;

    private final PresentedTransfer presented;

    private final BigInteger gas;

    private final boolean payerDeployed;

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    private final AtomicBoolean claimed = new AtomicBoolean();

    private volatile String transaction = "";

    private final List<Sent> sent = new ArrayList<>();

    private boolean accepted;

    private int missing;

    private boolean reorganized;

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

    EvmAddress payer() {
        return this.presented.authorization().from();
    }

    /**
     * Checks whether the payer's address holds code, or will with this payment.
     */
    boolean ofContract() {
        return this.payerDeployed || this.presented.needsDeployment(false);
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
     * Lets a single caller report the payment as settled.
     */
    boolean claim() {
        return this.claimed.compareAndSet(false, true);
    }

    /**
     * Withdraws the transfer, unless it was sent.
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
        if (this.sent.size() >= MAX_ATTEMPTS) {
            this.sent.remove(0);
        }
        this.sent.add(new Sent(relayer, attempt));
        this.transaction = attempt.hash();
        this.missing = 0;
    }

    /**
     * Drops a transaction that certainly no node has, so that the transfer may be
     * withdrawn again.
     */
    void takeBack(Attempt attempt) {
        this.sent.removeIf((each) -> each.attempt() == attempt);
        this.transaction = this.sent.isEmpty() ? "" : this.sent.get(this.sent.size() - 1).attempt().hash();
        refused();
    }

    /**
     * Marks the transfer as one that a node has, or may have.
     */
    void accepted() {
        this.accepted = true;
    }

    /**
     * Checks whether a node has the transfer, or may have it.
     */
    boolean mayBeSent() {
        return this.accepted;
    }

    /**
     * Marks the transfer as one that no node has, so that it may be withdrawn again.
     */
    void refused() {
        if (!this.accepted) {
            this.stage.compareAndSet(Stage.SENT, Stage.WAITING);
        }
    }

    List<Sent> sent() {
        return this.sent;
    }

    List<Attempt> attempts() {
        return this.sent.stream().map(Sent::attempt).toList();
    }

    /**
     * Returns the latest transaction; {@code null} if there is none.
     */
    @Nullable Sent latest() {
        return this.sent.isEmpty() ? null : this.sent.get(this.sent.size() - 1);
    }

    /**
     * Checks whether the chain has used the nonces of all transactions.
     */
    boolean isPassed() {
        return this.sent.stream().allMatch((each) -> each.relayer().isMined(each.attempt().nonce()));
    }

    /**
     * Checks whether another transaction than the one with this hash may still be mined.
     */
    boolean mayBeMinedBeside(String hash) {
        return this.sent.stream()
            .filter((each) -> !each.attempt().hash().equals(hash))
            .anyMatch((each) -> !each.relayer().isMined(each.attempt().nonce()));
    }

    /**
     * Counts the looks in a row at which the nonces of all transactions were used and
     * none had a receipt: nodes of one network may contradict one another.
     */
    int countMissing() {
        return ++this.missing;
    }

    /**
     * Resets the count after a look at which a transaction could still be mined.
     */
    void found() {
        this.missing = 0;
    }

    boolean reorganized() {
        return this.reorganized;
    }

    void reorganized(boolean reorganized) {
        this.reorganized = reorganized;
    }

    private enum Stage {

        WAITING, WITHDRAWN, SENT

    }

    /**
     * Transaction and the relayer that sent it.
     */
    record Sent(Relayer relayer, Attempt attempt) {
    }

    /**
     * Signed transaction.
     *
     * @param nonce its nonce
     * @param hash its hash
     * @param signed the transaction in hex
     * @param maxFee the highest price of a unit of gas, in wei
     * @param tip the share of the block's producer, in wei
     */
    record Attempt(BigInteger nonce, String hash, String signed, BigInteger maxFee, BigInteger tip) {

        /**
         * Returns the hash only: the transaction contains the payer's signature.
         */
        @Override
        public String toString() {
            return this.hash;
        }

    }

    /**
     * Outcome of a transfer.
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
         * @param why the reason
         * @param refusal the text of the node that rejected it; otherwise empty
         */
        record NotSent(String why, String refusal) implements Outcome {
        }

    }

}
