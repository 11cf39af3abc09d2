package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Standing;
import io.github.x402spring.facilitator.evm.EvmChain.Use;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Judge of the outcome of transfers, from the chain alone. What the chain leaves open
 * stays open.
 */
final class TransferJudge {

    private static final Logger logger = LoggerFactory.getLogger(TransferJudge.class);

    private final EvmChain chain;

    private final EvmNetworkSettings settings;

    private final Set<String> relayers;

    private final SettlementWatch watch;

    /**
     * Creates a judge.
     * @param chain the chain
     * @param settings the settings of the network
     * @param relayers our own addresses
     * @param watch the watch that is notified of settlements
     */
    TransferJudge(EvmChain chain, EvmNetworkSettings settings, Set<EvmAddress> relayers, SettlementWatch watch) {
        this.chain = chain;
        this.settings = settings;
        this.relayers = relayers.stream().map(EvmAddress::value).collect(Collectors.toUnmodifiableSet());
        this.watch = watch;
    }

    /**
     * Judges a transfer whose transaction is in a block.
     * @return whether it is decided
     */
    boolean conclude(Transfer transfer, TransactionReceipt receipt, Head head) throws IOException {
        if (!head.confirms(receipt, this.settings.confirmations())) {
            return false;
        }
        PresentedTransfer presented = transfer.presented();
        if (TransferEvidence.paid(receipt, presented.token(), presented.authorization())) {
            settled(transfer, receipt);
            return true;
        }
        if (receipt.isStatusOK()) {
            logger.error("Token {} on {} accepted a transfer and moved nothing", presented.token(),
                    presented.key().network());
            failed(transfer, EvmNetwork.TRANSFER_EVENT_MISMATCH, receipt.getTransactionHash());
            return true;
        }
        return switch (this.chain.usage(presented.token(), presented.authorization())) {
            case USED -> usedByOthers(transfer, head);
            case WAITING, UNKNOWN -> giveUp(transfer, head);
            case UNUSED -> {
                if (transfer.mayBeMinedBeside(receipt.getTransactionHash())) {
                    yield giveUp(transfer, head);
                }
                logger.info("Transaction {} on {} was reverted; its authorization is unused",
                        receipt.getTransactionHash(), presented.key().network());
                failed(transfer, expired(transfer, head) ? ReasonCode.EVM_VALID_BEFORE : ReasonCode.SETTLEMENT_REVERTED,
                        "");
                yield true;
            }
        };
    }

    /**
     * Judges a transfer whose transactions can no longer be mined.
     * @return whether it is decided, or may be sent anew
     */
    boolean replaced(Transfer transfer, Head head) throws IOException {
        if (this.chain.used(transfer.presented().token(), transfer.presented().authorization())) {
            return usedByOthers(transfer, head);
        }
        giveUp(transfer, head);
        return true;
    }

    /**
     * Ends a transfer that no later block can carry out. Its transaction may still wait,
     * and would fail.
     * @return whether it has expired
     */
    boolean expire(Transfer transfer, Head head) throws IOException {
        if (!expired(transfer, head)) {
            return false;
        }
        if (!transfer.outcome().isDone() || transfer.reorganized()) {
            giveUp(transfer, head);
        }
        return true;
    }

    /**
     * Ends a transfer whose authorization has expired and is unused, both as of one block
     * of one node.
     * @return whether it has ended
     */
    private boolean giveUp(Transfer transfer, Head head) throws IOException {
        if (!expired(transfer, head)) {
            return false;
        }
        Standing standing = this.chain.standing(transfer.presented().token(), transfer.presented().authorization());
        if (standing.used() || !expired(transfer, standing.head())) {
            return false;
        }
        failed(transfer, ReasonCode.EVM_VALID_BEFORE, "");
        return true;
    }

    /**
     * Judges a transfer whose authorization was unused when ours was sent, and was then
     * used by another transaction, by others who copied ours while it waited. That
     * settles the payment, too. A transaction by our own keys does not: another instance
     * sent it, and may have delivered for it.
     */
    private boolean usedByOthers(Transfer transfer, Head head) throws IOException {
        PresentedTransfer presented = transfer.presented();
        TransferAuthorization authorization = presented.authorization();
        Use use = this.chain.findUse(presented.token(), authorization, this.settings.lookbackBlocks()).orElse(null);
        if (use == null && transfer.reorganized()) {
            // The authorization is used, so the money may have moved again.
            return false;
        }
        if (use == null) {
            failed(transfer, ReasonCode.EVM_NONCE_ALREADY_USED, transfer.transaction());
            return true;
        }
        TransactionReceipt receipt = use.receipt();
        if (receipt == null) {
            failed(transfer, EvmNetwork.TRANSACTION_FAILED, transfer.transaction());
            return true;
        }
        if (!head.confirms(receipt, this.settings.confirmations())) {
            return false;
        }
        boolean own = transfer.attempts().stream().anyMatch((each) -> each.hash().equals(receipt.getTransactionHash()));
        boolean frontRun = !this.relayers.contains(receipt.getFrom().toLowerCase(Locale.ROOT))
                && TransferEvidence.paidByOthers(receipt, presented.token(), authorization);
        if (own || frontRun) {
            settled(transfer, receipt);
        }
        else {
            failed(transfer, ReasonCode.EVM_NONCE_ALREADY_USED, transfer.transaction());
        }
        return true;
    }

    private static boolean expired(Transfer transfer, Head head) {
        return head.isAt(transfer.presented().authorization().validBefore());
    }

    private void settled(Transfer transfer, TransactionReceipt receipt) {
        transfer.outcome().complete(new Outcome.Paid(receipt.getTransactionHash()));
        this.watch.settled(transfer, receipt);
    }

    private void failed(Transfer transfer, ReasonCode reason, String transaction) {
        transfer.outcome().complete(new Outcome.Failed(reason, transaction));
        this.watch.failed(transfer);
    }

}
