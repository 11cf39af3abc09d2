package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Trace;
import io.github.x402spring.facilitator.evm.EvmChain.Use;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Watch over settlements until they are deep enough: a chain may be reorganized and take
 * a transfer back. Confined to the thread of its {@link Settler}.
 * <p>
 * A missing receipt proves only that one node does not know it. A settlement counts as
 * taken back only if the chain has another block at its height and the authorization is
 * unused, both according to one node at one time, at each of several looks that are
 * spread over time, over blocks, and over the nodes.
 */
final class SettlementWatch {

    private static final Logger logger = LoggerFactory.getLogger(SettlementWatch.class);

    private static final int MAX_WATCHED = 10_000;

    private static final int MAX_BATCH = 100;

    /** Looks at each node that must find a settlement gone. */
    private static final int PATIENCE = 3;

    private static final Duration SPACING = Duration.ofSeconds(1);

    private final EvmChain chain;

    private final InstantSource clock;

    private final BigInteger depth;

    private final int lookback;

    private final Consumer<SettlementEvent> events;

    private final Deque<Watched> watched = new ArrayDeque<>();

    private boolean suspicious;

    SettlementWatch(EvmChain chain, EvmNetworkSettings settings, Consumer<SettlementEvent> events,
            InstantSource clock) {
        this.lookback = settings.lookbackBlocks();
        this.chain = chain;
        this.clock = clock;
        this.depth = BigInteger.valueOf(settings.reorganizationDepth());
        this.events = events;
    }

    boolean isEmpty() {
        return this.watched.isEmpty();
    }

    void settled(Transfer transfer, TransactionReceipt receipt) {
        if (transfer.reorganized()) {
            transfer.reorganized(false);
            publish(Kind.SETTLED_AGAIN, transfer, receipt.getTransactionHash());
        }
        if (this.depth.signum() > 0) {
            if (this.watched.size() >= MAX_WATCHED) {
                this.watched.removeFirst();
            }
            this.watched.add(new Watched(transfer, receipt));
        }
    }

    void failed(Transfer transfer) {
        if (transfer.reorganized()) {
            transfer.reorganized(false);
            publish(Kind.LOST, transfer, transfer.transaction());
        }
    }

    /**
     * Checks settlements again: all of them if the chain was reorganized, otherwise those
     * that are deep enough to be dropped.
     * @return those that the chain took back
     */
    List<Transfer> look(Head head, boolean reorganized) throws IOException {
        this.suspicious |= reorganized;
        List<Watched> due = this.watched.stream().filter((each) -> this.suspicious || isDeep(each, head)).toList();
        List<Transfer> lost = new ArrayList<>();
        boolean missing = false;
        for (int start = 0; start < due.size(); start += MAX_BATCH) {
            List<Watched> part = due.subList(start, Math.min(start + MAX_BATCH, due.size()));
            List<@Nullable TransactionReceipt> receipts = this.chain
                .receipts(part.stream().map((each) -> each.transaction).toList());
            for (int i = 0; i < part.size(); i++) {
                missing |= isMissing(part.get(i), receipts.get(i), head, lost);
            }
        }
        this.suspicious = missing;
        if (missing) {
            this.chain.turn();
        }
        return lost;
    }

    private boolean isMissing(Watched each, @Nullable TransactionReceipt receipt, Head head, List<Transfer> lost)
            throws IOException {
        if (receipt != null && receipt.isStatusOK()) {
            each.found(receipt);
            if (isDeep(each, head)) {
                this.watched.remove(each);
            }
            return false;
        }
        Instant now = this.clock.instant();
        if (!each.isDue(now, head)) {
            return true;
        }
        Trace trace = this.chain.trace(each.transfer.presented().token(), each.transfer.presented().authorization(),
                each.block);
        String hash = trace.blockHash();
        if (hash == null || trace.head().number().compareTo(each.block) < 0) {
            return true;
        }
        if (hash.equals(each.blockHash)) {
            each.gone = 0;
            if (isDeep(each, trace.head())) {
                this.watched.remove(each);
            }
            return false;
        }
        if (trace.used() && !isEndedOtherwise(each)) {
            return true;
        }
        each.gone++;
        each.lookedAt = now;
        each.lookedAtBlock = trace.head().number();
        if (each.gone < PATIENCE * this.chain.nodes()) {
            return true;
        }
        this.watched.remove(each);
        each.transfer.reorganized(true);
        publish(Kind.REORGANIZED, each.transfer, each.transaction);
        lost.add(each.transfer);
        return false;
    }

    /**
     * Checks whether the authorization was ended without a payment, such as by a
     * cancellation.
     */
    private boolean isEndedOtherwise(Watched each) throws IOException {
        PresentedTransfer presented = each.transfer.presented();
        Use use = this.chain.findUse(presented.token(), presented.authorization(), this.lookback).orElse(null);
        if (use == null) {
            return false;
        }
        TransactionReceipt receipt = use.receipt();
        if (receipt == null || !TransferEvidence.paid(receipt, presented.token(), presented.authorization())) {
            return true;
        }
        each.found(receipt);
        return false;
    }

    private boolean isDeep(Watched each, Head head) {
        return each.block.add(this.depth).compareTo(head.number()) <= 0;
    }

    private void publish(Kind kind, Transfer transfer, String transaction) {
        PaymentKey key = transfer.presented().key();
        if (kind == Kind.SETTLED_AGAIN) {
            logger.info("Settlement {} on {} was taken back and made again", transaction, key.network());
        }
        else {
            logger.error("Settlement {} on {} was taken back by the chain{}", transaction, key.network(),
                    (kind == Kind.LOST) ? " irrevocably: its delivery is not paid" : "; it is sent again");
        }
        try {
            this.events
                .accept(new SettlementEvent(kind, key.network(), key.asset(), key.payer(), key.nonce(), transaction));
        }
        catch (RuntimeException ex) {
            logger.error("A listener failed on a settlement event", ex);
        }
    }

    private static final class Watched {

        private final Transfer transfer;

        private final String transaction;

        private BigInteger block;

        private String blockHash;

        /** Looks in a row that found the settlement gone. */
        private int gone;

        private Instant lookedAt = Instant.MIN;

        private BigInteger lookedAtBlock = BigInteger.ZERO;

        private Watched(Transfer transfer, TransactionReceipt receipt) {
            this.transfer = transfer;
            this.transaction = receipt.getTransactionHash();
            this.block = receipt.getBlockNumber();
            this.blockHash = receipt.getBlockHash();
        }

        private void found(TransactionReceipt receipt) {
            this.gone = 0;
            this.block = receipt.getBlockNumber();
            this.blockHash = receipt.getBlockHash();
        }

        /** Without a new block the result is the same. */
        private boolean isDue(Instant now, Head head) {
            return this.gone == 0
                    || (!now.isBefore(this.lookedAt.plus(SPACING)) && !head.number().equals(this.lookedAtBlock));
        }

    }

}
