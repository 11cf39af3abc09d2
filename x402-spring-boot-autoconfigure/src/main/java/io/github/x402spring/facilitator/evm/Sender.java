package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Signs transactions with the relayers' keys, in turn, and hands them to nodes. Belongs
 * to the thread of its {@link Settler}.
 */
final class Sender {

    private static final Logger logger = LoggerFactory.getLogger(Sender.class);

    private static final int MAX_TRIES = 4;

    private static final Duration RESEND = Duration.ofSeconds(3);

    /** Looks at which blocks had come without a transaction before it pays more. */
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
     * Takes note of what the chain says about the relayers.
     * @return why nothing can be sent; {@code null} if something can
     */
    @Nullable String update(Snapshot present) {
        Fees fees = Fees.of(present, this.settings);
        BigInteger feeOfTransfer = this.settings.maxGas()
            .multiply((fees != null) ? fees.maxFee() : this.settings.maxFeePerGas());
        for (int i = 0; i < this.relayers.size(); i++) {
            this.relayers.get(i).update(present.accounts().get(i), feeOfTransfer);
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
            return transfer.withdraw() ? notSent(transfer, obstacle) : Result.LATER;
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
     * Hands a transaction over once more, now and then: nodes lose what they were given
     * when they restart, or when their pool is full. Raises its fees if the next block
     * asks for more, or if blocks keep coming without it: then a node may keep it where
     * no block's producer finds it, and with it everything numbered higher.
     */
    void sendAgain(Transfer transfer, Relayer relayer, Attempt last, Snapshot present) throws IOException {
        Instant now = this.clock.instant();
        if (now.isBefore(transfer.lastSent().plus(RESEND))) {
            return;
        }
        transfer.lastSent(now);
        Fees fees = Fees.of(present, this.settings);
        boolean passedOver = transfer.countPassedOver(present.head().number()) >= PATIENCE
                && relayer.isAwaited(last.nonce());
        Fees raised = (fees != null && (passedOver || fees.exceeds(last, present.head().baseFee())))
                ? fees.toReplace(last, this.settings) : null;
        Attempt attempt = last;
        if (raised != null) {
            attempt = relayer.sign(transfer.call(), last.nonce(), transfer.gas(), raised);
            transfer.sent(relayer, attempt);
        }
        SendResult result = this.chain.send(attempt.signed());
        logger.debug("{} sends {} ({}) again: {}", relayer, attempt.nonce(), attempt.hash(), result);
        if (result == SendResult.NO_FUNDS) {
            relayer.runOutOfFunds();
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
            SendResult result = hand(attempt);
            logger.debug("{} sends {} ({}): {}", relayer, nonce, attempt.hash(), result);
            switch (result) {
                case ACCEPTED -> {
                    relayer.give(nonce, transfer);
                    transfer.accepted(this.clock.instant());
                    return Result.SENT;
                }
                case DOUBTFUL -> {
                    logger.warn("Node of {} replied to transaction {} with an error that leaves open whether it has "
                            + "it; it counts as sent", this.settings.network(), attempt.hash());
                    relayer.give(nonce, transfer);
                    transfer.accepted(this.clock.instant());
                    return Result.SENT;
                }
                case NONCE_MINED, NONCE_TAKEN -> {
                    transfer.accepted(this.clock.instant());
                    relayer.skipTo(this.chain.pendingCount(relayer.address()));
                }
                case NONCE_AHEAD -> {
                    transfer.accepted(this.clock.instant());
                    relayer.returnTo(this.chain.pendingCount(relayer.address()));
                }
                case NO_FUNDS -> {
                    relayer.runOutOfFunds();
                    transfer.refused();
                    return Result.LATER;
                }
                case REJECTED -> {
                    // Another try may have been taken all the same.
                    return transfer.mayBeSent() ? Result.SENT : notSent(transfer, "the node refused the transaction");
                }
            }
        }
        return Result.SENT;
    }

    /**
     * Whoever does not answer may have the transaction, and so may another node than the
     * one that refused it.
     */
    private SendResult hand(Attempt attempt) {
        try {
            SendResult result = this.chain.send(attempt.signed());
            boolean refused = result == SendResult.REJECTED || result == SendResult.NO_FUNDS;
            return (refused && !this.chain.hasOneNode()) ? SendResult.ACCEPTED : result;
        }
        catch (IOException ex) {
            logger.warn("No node of {} took a transaction: {}", this.settings.network(), ex.getMessage());
            return SendResult.ACCEPTED;
        }
    }

    private static Result notSent(Transfer transfer, @Nullable String why) {
        transfer.outcome().complete(new Outcome.NotSent((why != null) ? why : "nothing can be sent"));
        return Result.REFUSED;
    }

    /**
     * Is what became of an attempt to send.
     */
    enum Result {

        /** A node has it, or may have it. */
        SENT,

        /** It is not to be sent any more. */
        REFUSED,

        /** Nobody can send it now. */
        LATER

    }

}
