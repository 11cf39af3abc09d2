package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Standing;
import io.github.x402spring.facilitator.evm.EvmChain.Use;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Reads from one chain what became of a payment, whoever sent it there.
 */
final class ChainInquiry {

    /** How far a chain may go back behind the time at which an authorization expired. */
    private static final Duration EXPIRY_MARGIN = Duration.ofMinutes(1);

    /** A facilitator may have named anything. */
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

    private final EvmChain chain;

    private final int confirmations;

    private final int lookbackBlocks;

    ChainInquiry(EvmChain chain, EvmNetworkSettings settings) {
        this.chain = chain;
        this.confirmations = settings.confirmations();
        this.lookbackBlocks = settings.lookbackBlocks();
    }

    Finding inquire(UnknownPayment payment) throws FacilitatorException {
        EvmAddress token = EvmAddress.tryParse(payment.key().asset()).orElse(null);
        TransferAuthorization authorization = authorization(payment);
        if (token == null || authorization == null || !LocalEvmFacilitator.SCHEME.equals(payment.scheme())) {
            return new Finding.Undecided();
        }
        try {
            Standing standing = this.chain.standing(token, authorization);
            if (standing.used()) {
                Use use = this.chain.findUse(token, authorization, this.lookbackBlocks).orElse(null);
                return (use != null) ? judge(use, token, authorization, standing.head())
                        : judgeNamed(payment.transaction(), token, authorization, standing.head());
            }
            return expired(authorization, standing.head()) ? new Finding.Failed() : new Finding.Undecided();
        }
        catch (IOException ex) {
            throw new FacilitatorException("The chain gave no usable answer: " + ex.getMessage(), ex);
        }
    }

    private Finding judge(Use use, EvmAddress token, TransferAuthorization authorization, Head head) {
        TransactionReceipt receipt = use.receipt();
        if (receipt == null) {
            // A cancellation may be taken back as long as the authorization is good.
            return expired(authorization, head) ? new Finding.Failed() : new Finding.Undecided();
        }
        if (!isDeep(receipt, head)) {
            return new Finding.Undecided();
        }
        if (TransferEvidence.paidByOthers(receipt, token, authorization)) {
            return new Finding.Settled(Objects.requireNonNull(receipt.getTransactionHash()));
        }
        return TransferEvidence.paid(receipt, token, authorization) ? new Finding.Undecided() : new Finding.Failed();
    }

    /**
     * Looks at the transaction that the facilitator named, where the search does not go
     * back far enough. Money that is not there may have come in another one.
     */
    private Finding judgeNamed(@Nullable String transaction, EvmAddress token, TransferAuthorization authorization,
            Head head) throws IOException {
        if (transaction == null || !HASH.matcher(transaction).matches()) {
            return new Finding.Undecided();
        }
        TransactionReceipt receipt = this.chain.receipts(List.of(transaction)).get(0);
        if (receipt != null && isDeep(receipt, head) && TransferEvidence.paidByOthers(receipt, token, authorization)) {
            return new Finding.Settled(Objects.requireNonNull(receipt.getTransactionHash()));
        }
        return new Finding.Undecided();
    }

    private boolean isDeep(TransactionReceipt receipt, Head head) {
        BigInteger depth = head.number().subtract(receipt.getBlockNumber()).add(BigInteger.ONE);
        return depth.compareTo(BigInteger.valueOf(this.confirmations)) >= 0;
    }

    private static boolean expired(TransferAuthorization authorization, Head head) {
        BigInteger margin = BigInteger.valueOf(EXPIRY_MARGIN.toSeconds());
        return BigInteger.valueOf(head.time().getEpochSecond()).compareTo(authorization.validBefore().add(margin)) >= 0;
    }

    /** Only what the chain knows it by counts; the window was looked at before. */
    private static @Nullable TransferAuthorization authorization(UnknownPayment payment) {
        EvmAddress from = EvmAddress.tryParse(payment.key().payer()).orElse(null);
        EvmAddress to = EvmAddress.tryParse(payment.payTo()).orElse(null);
        if (from == null || to == null) {
            return null;
        }
        return new TransferAuthorization(from, to, payment.amount(), BigInteger.ZERO,
                BigInteger.valueOf(payment.validBefore().getEpochSecond()), payment.key().nonce());
    }

}
