package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.evm.EvmChain.SendReply;
import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.PresentedTransfer.Call;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.transport.NotSentException;

/**
 * Sender of transactions, which it signs with the relayers' keys in turn. Confined to the
 * thread of its {@link Settler}.
 */
final class Sender {

    private static final Logger logger = LoggerFactory.getLogger(Sender.class);

    private static final int MAX_TRIES = 4;

    /** Rejections by each node after which a transaction is given up. */
    private static final int REJECTIONS = 3;

    private static final Duration RESEND = Duration.ofSeconds(3);

    /** Looks with new blocks and without the transaction, before its fees are raised. */
    private static final int PATIENCE = 3;

    private final EvmChain chain;

    private final EvmNetworkSettings settings;

    private final List<Relayer> relayers;

    private final InstantSource clock;

    private int turn;

    Sender(EvmChain chain, EvmNetworkSettings settings, List<Relayer> relayers, InstantSource clock) {
        this.chain = chain;
        this.settings = settings;
        this.relayers = List.copyOf(relayers);
        this.clock = clock;
    }

    List<Relayer> relayers() {
        return this.relayers;
    }

    List<EvmAddress> addresses() {
        return this.relayers.stream().map(Relayer::address).toList();
    }

    /**
     * Updates the relayers from a look at the chain.
     * @return the reason for which nothing can be sent; {@code null} if there is none
     */
    @Nullable String update(Snapshot present) {
        Fees fees = Fees.of(present, this.settings);
        BigInteger feeOfTransfer = this.settings.maxGas()
            .multiply((fees != null) ? fees.maxFee() : this.settings.maxFeePerGas());
        for (int i = 0; i < this.relayers.size(); i++) {
            this.relayers.get(i).update(present.accounts().get(i), present.head().number(), feeOfTransfer);
        }
        return obstacle(fees);
    }

    /**
     * Sends a transfer.
     */
    Result send(Transfer transfer, Snapshot present) throws IOException {
        Fees fees = Fees.of(present, this.settings);
        String obstacle = obstacle(fees);
        if (fees == null || obstacle != null) {
            return transfer.withdraw() ? notSent(transfer, obstacle, "") : Result.LATER;
        }
        for (int i = 0; i < this.relayers.size(); i++) {
            Relayer relayer = this.relayers.get(Math.floorMod(this.turn++, this.relayers.size()));
            if (relayer.canSend()) {
                if (!transfer.begin()) {
                    return Result.REFUSED;
                }
                Result result = sendBy(relayer, transfer, fees);
                if (result != Result.LATER) {
                    return result;
                }
            }
        }
        return Result.LATER;
    }

    /**
     * Checks whether a transaction waits for its block.
     */
    boolean isBusy() {
        return this.relayers.stream().anyMatch((relayer) -> !relayer.unused().isEmpty());
    }

    /**
     * Sends waiting transactions again at intervals: nodes lose them when they restart,
     * or when their pool is full.
     */
    void sendAgain(Snapshot present) throws IOException {
        for (Relayer relayer : this.relayers) {
            for (SentTransaction transaction : relayer.unused()) {
                sendAgain(relayer, transaction, present);
            }
        }
    }

    /**
     * Raises the fees if the next block costs more, or if new blocks leave the
     * transaction out: a node may hide it from the producers of blocks, and with it every
     * transaction with a higher nonce.
     */
    private void sendAgain(Relayer relayer, SentTransaction transaction, Snapshot present) throws IOException {
        Instant now = this.clock.instant();
        if (now.isBefore(transaction.lastSent().plus(RESEND))) {
            return;
        }
        transaction.lastSent(now);
        Attempt last = transaction.attempt();
        Fees fees = Fees.of(present, this.settings);
        boolean passedOver = transaction.countPassedOver(present.head().number()) >= PATIENCE
                && relayer.isAwaited(last.nonce());
        Fees raised = (fees != null && (passedOver || fees.exceeds(last, present.head().baseFee())))
                ? fees.toReplace(last, this.settings) : null;
        if (raised != null) {
            Attempt attempt = relayer.sign(transaction.call(), last.nonce(), transaction.gas(), raised);
            transaction.replaceBy(attempt);
            Transfer transfer = transaction.transfer();
            if (transfer != null) {
                transfer.sent(relayer, attempt);
            }
        }
        SendReply reply = this.chain.send(transaction.attempt().signed());
        SendResult result = reply.result();
        logger.debug("{} sends {} ({}) again: {} {}", relayer, last.nonce(), transaction.attempt().hash(), result,
                reply.refusal());
        if (result == SendResult.NO_FUNDS) {
            relayer.runOutOfFunds();
        }
        if (transaction.countRejected(result == SendResult.REJECTED) >= REJECTIONS * this.chain.nodes()) {
            logger.warn("Nodes of {} reject transaction {} ({}); its number will be filled", this.settings.network(),
                    transaction.attempt().hash(), reply.refusal());
            relayer.drop(transaction);
        }
        else if (result == SendResult.REJECTED) {
            this.chain.turn();
        }
    }

    /**
     * Reads the count from every node if the chain seems to wait for a nonce that no
     * transaction has.
     * @return the transfers that are to be sent with other nonces
     */
    List<Transfer> lookForGaps(Snapshot present) throws IOException {
        List<Transfer> misplaced = new ArrayList<>();
        BigInteger head = present.head().number();
        for (Relayer relayer : this.relayers) {
            if (relayer.isSuspicious(head)) {
                for (SentTransaction each : relayer.observe(head, this.chain.counts(relayer.address()))) {
                    if (each.transfer() != null) {
                        misplaced.add(each.transfer());
                    }
                }
            }
        }
        return misplaced;
    }

    /**
     * Fills nonces that the chain waits for, and that no transfer uses, with empty
     * transfers from a relayer to itself.
     */
    void fillGaps(Snapshot present) {
        for (Relayer relayer : this.relayers) {
            for (BigInteger nonce : relayer.free()) {
                try {
                    fill(relayer, nonce, Fees.of(present, this.settings));
                }
                catch (IOException ex) {
                    logger.debug("{} cannot fill {}: {}", relayer, nonce, ex.getMessage());
                }
                relayer.postpone(nonce);
            }
        }
    }

    private void fill(Relayer relayer, BigInteger nonce, @Nullable Fees fees) throws IOException {
        BigInteger gas = this.chain.gasOfEmptyTransfer(relayer.address());
        if (fees == null || !relayer.hasFunds() || gas.compareTo(this.settings.maxGas()) > 0) {
            return;
        }
        Call empty = new Call(relayer.address(), "0x");
        Attempt attempt = relayer.sign(empty, nonce, gas, fees);
        SendResult result = deliver(attempt).result();
        logger.debug("{} fills {} ({}): {}", relayer, nonce, attempt.hash(), result);
        switch (result) {
            case ACCEPTED, DOUBTFUL, NONCE_TAKEN ->
                relayer.give(new SentTransaction(null, empty, gas, attempt, this.clock.instant()));
            case NO_FUNDS -> relayer.runOutOfFunds();
            case NONCE_MINED, NONCE_AHEAD, REJECTED -> {
            }
        }
    }

    private @Nullable String obstacle(@Nullable Fees fees) {
        if (fees == null) {
            return "gas costs more than the configured ceiling";
        }
        return this.relayers.stream().noneMatch(Relayer::hasFunds) ? "no relayer has enough for gas" : null;
    }

    private Result sendBy(Relayer relayer, Transfer transfer, Fees fees) throws IOException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            BigInteger nonce = relayer.next();
            Attempt attempt = relayer.sign(transfer.call(), nonce, transfer.gas(), fees);
            transfer.sent(relayer, attempt);
            SendReply reply;
            try {
                reply = deliver(attempt);
            }
            catch (NotSentException ex) {
                logger.debug("{} reached no node for {} ({})", relayer, nonce, attempt.hash());
                transfer.takeBack(attempt);
                return transfer.withdraw() ? notSent(transfer, "no node was reached", "") : Result.LATER;
            }
            logger.debug("{} sends {} ({}): {} {}", relayer, nonce, attempt.hash(), reply.result(), reply.refusal());
            switch (reply.result()) {
                case ACCEPTED -> {
                    return stored(relayer, transfer, attempt);
                }
                case DOUBTFUL -> {
                    logger.warn(
                            "Node of {} replied to transaction {} with an error that leaves open whether it has "
                                    + "it ({}); it counts as sent",
                            this.settings.network(), attempt.hash(), reply.refusal());
                    return stored(relayer, transfer, attempt);
                }
                case NONCE_MINED -> {
                    stored(relayer, transfer, attempt);
                    BigInteger pending = this.chain.pendingCount(relayer.address());
                    if (pending.compareTo(nonce) <= 0) {
                        // The node contradicts itself, so the nonce may be free.
                        return Result.SENT;
                    }
                    relayer.skipTo(pending);
                }
                case NONCE_TAKEN -> {
                    stored(relayer, transfer, attempt);
                    relayer.skipTo(this.chain.pendingCount(relayer.address()));
                }
                case NONCE_AHEAD -> {
                    transfer.accepted();
                    if (!relayer.returnTo(this.chain.pendingCount(relayer.address()), nonce)) {
                        return stored(relayer, transfer, attempt);
                    }
                }
                case NO_FUNDS -> {
                    relayer.runOutOfFunds();
                    transfer.takeBack(attempt);
                    return Result.LATER;
                }
                case REJECTED -> {
                    // An earlier attempt may have been accepted.
                    return transfer.mayBeSent() ? Result.SENT
                            : notSent(transfer, "the node refused the transaction", reply.refusal());
                }
            }
        }
        return Result.SENT;
    }

    private Result stored(Relayer relayer, Transfer transfer, Attempt attempt) {
        relayer.give(SentTransaction.of(transfer, attempt, this.clock.instant()));
        transfer.accepted();
        return Result.SENT;
    }

    /**
     * Sends a transaction to a node. A node that does not reply may have the transaction,
     * and so may another node than the one that rejected it.
     * @throws NotSentException if certainly no node has it
     */
    private SendReply deliver(Attempt attempt) throws NotSentException {
        try {
            SendReply reply = this.chain.send(attempt.signed());
            boolean refused = reply.result() == SendResult.REJECTED || reply.result() == SendResult.NO_FUNDS;
            return (refused && this.chain.nodes() > 1) ? new SendReply(SendResult.ACCEPTED, reply.refusal()) : reply;
        }
        catch (NotSentException ex) {
            throw ex;
        }
        catch (IOException ex) {
            logger.warn("No node of {} confirmed that it has a transaction: {}", this.settings.network(),
                    ex.getMessage());
            return new SendReply(SendResult.ACCEPTED, "");
        }
    }

    private static Result notSent(Transfer transfer, @Nullable String why, String refusal) {
        transfer.outcome().complete(new Outcome.NotSent((why != null) ? why : "nothing can be sent", refusal));
        return Result.REFUSED;
    }

    /**
     * Outcome of an attempt to send.
     */
    enum Result {

        /** A node has the transfer, or may have it. */
        SENT,

        /** The transfer is not sent. */
        REFUSED,

        /** No relayer can send the transfer now. */
        LATER

    }

}
