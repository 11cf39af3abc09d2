package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Keeps an eye on what was settled until it lies deep enough: a chain may be reorganised
 * and take a transfer back. Belongs to the thread of its {@link Settler}.
 */
final class SettlementWatch {

    private static final Logger logger = LoggerFactory.getLogger(SettlementWatch.class);

    private static final int MAX_WATCHED = 10_000;

    private static final int MAX_BATCH = 100;

    /**
     * Looks after which a missing receipt counts as gone.
     */
    private static final int PATIENCE = 3;

    private final EvmChain chain;

    private final BigInteger depth;

    private final Consumer<SettlementEvent> events;

    private final Deque<Watched> watched = new ArrayDeque<>();

    private boolean suspicious;

    SettlementWatch(EvmChain chain, int depth, Consumer<SettlementEvent> events) {
        this.chain = chain;
        this.depth = BigInteger.valueOf(depth);
        this.events = events;
    }

    boolean isEmpty() {
        return this.watched.isEmpty();
    }

    void settled(Transfer transfer, TransactionReceipt receipt) {
        if (transfer.reorganised()) {
            transfer.reorganised(false);
            publish(Kind.SETTLED_AGAIN, transfer, receipt.getTransactionHash());
        }
        if (this.depth.signum() > 0) {
            if (this.watched.size() >= MAX_WATCHED) {
                this.watched.removeFirst();
            }
            this.watched.add(new Watched(transfer, receipt.getTransactionHash(), receipt.getBlockNumber()));
        }
    }

    void failed(Transfer transfer) {
        if (transfer.reorganised()) {
            transfer.reorganised(false);
            publish(Kind.LOST, transfer, transfer.transaction());
        }
    }

    /**
     * Looks at settlements again: at all of them if the chain was reorganised, else at
     * those that lie deep enough to be forgotten.
     * @return those that the chain took back
     */
    List<Transfer> look(Head head, boolean reorganised) throws IOException {
        this.suspicious |= reorganised;
        List<Watched> due = this.watched.stream()
            .filter((each) -> this.suspicious || each.block.add(this.depth).compareTo(head.number()) <= 0)
            .toList();
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
        return lost;
    }

    private boolean isMissing(Watched each, @Nullable TransactionReceipt receipt, Head head, List<Transfer> lost) {
        if (receipt != null && receipt.isStatusOK()) {
            each.missing = 0;
            each.block = receipt.getBlockNumber();
            if (each.block.add(this.depth).compareTo(head.number()) <= 0) {
                remove(each);
            }
            return false;
        }
        if (++each.missing < PATIENCE) {
            return true;
        }
        remove(each);
        each.transfer.reorganised(true);
        publish(Kind.REORGANISED, each.transfer, each.transaction);
        lost.add(each.transfer);
        return false;
    }

    private void remove(Watched each) {
        for (Iterator<Watched> all = this.watched.iterator(); all.hasNext();) {
            if (all.next() == each) {
                all.remove();
                return;
            }
        }
    }

    private void publish(Kind kind, Transfer transfer, String transaction) {
        PaymentKey key = transfer.presented().key();
        if (kind == Kind.SETTLED_AGAIN) {
            logger.info("Settlement {} on {} was taken back and made again", transaction, key.network());
        }
        else {
            logger.error("Settlement {} on {} was taken back by the chain{}", transaction, key.network(),
                    (kind == Kind.LOST) ? " for good: its delivery is not paid" : "; it is sent again");
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

        private int missing;

        private Watched(Transfer transfer, String transaction, BigInteger block) {
            this.transfer = transfer;
            this.transaction = transaction;
            this.block = block;
        }

    }

}
