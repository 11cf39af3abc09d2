package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Confirmation;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Standing;
import io.github.x402spring.facilitator.evm.EvmChain.Use;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Reader of the outcome of payments from one chain, whichever service sent them there.
 * <p>
 * A use of the authorization settles a payment only if its transaction was named for this
 * reservation, or if its block is not older than the payment's first reservation. For an
 * older use there may have been a delivery already.
 */
final class ChainInquiry {

    /** Time that a chain may be reorganized back to before an authorization expired. */
    private static final Duration EXPIRY_MARGIN = Duration.ofMinutes(1);

    /** Largest difference between the clocks of chains and ledgers. */
    private static final Duration DOUBT = Duration.ofSeconds(5);

    private final EvmChain chain;

    private final int confirmations;

    private final int lookbackBlocks;

    ChainInquiry(EvmChain chain, EvmNetworkSettings settings) {
        this.chain = chain;
        this.confirmations = settings.confirmations();
        this.lookbackBlocks = settings.lookbackBlocks();
    }

    Finding inquire(UnknownPayment payment) throws FacilitatorException {
        return ask(payment, new Finding.Undecided(), (token, authorization) -> find(payment, token, authorization));
    }

    private Finding find(UnknownPayment payment, EvmAddress token, TransferAuthorization authorization)
            throws IOException {
        Standing standing = this.chain.standing(token, authorization);
        if (standing.used()) {
            Use use = this.chain.findUse(token, authorization, this.lookbackBlocks).orElse(null);
            return (use != null) ? judge(use, payment, token, authorization, standing.head())
                    : judgeNamed(named(payment), token, authorization, standing.head());
        }
        return expired(authorization, standing.head()) ? new Finding.Failed() : new Finding.Undecided();
    }

    /**
     * Checks a settlement that a facilitator reported. A missing receipt proves nothing.
     * The receipt of a transaction that carries out another payment, or none, proves that
     * the facilitator was wrong, unless the authorization was used in another
     * transaction. After a result against the facilitator, another node is called the
     * next time.
     */
    Confirmation confirm(UnknownPayment payment) throws FacilitatorException {
        Confirmation confirmation = ask(payment, Confirmation.UNREADABLE,
                (token, authorization) -> switch (find(payment, token, authorization)) {
                    case Finding.Settled settled -> Confirmation.PAID;
                    case Finding.Failed failed -> Confirmation.UNPAID;
                    case Finding.UsedElsewhere elsewhere -> Confirmation.UNPAID;
                    case Finding.Doubtful doubtful -> Confirmation.UNDECIDED;
                    case Finding.Undecided undecided ->
                        namesOther(payment, token, authorization) ? Confirmation.UNPAID : Confirmation.UNDECIDED;
                });
        if (confirmation == Confirmation.UNPAID) {
            this.chain.turn();
        }
        return confirmation;
    }

    /**
     * Checks whether the named transaction is in a block and the authorization is unused.
     */
    private boolean namesOther(UnknownPayment payment, EvmAddress token, TransferAuthorization authorization)
            throws IOException {
        String named = named(payment);
        if (named == null) {
            return false;
        }
        TransactionReceipt receipt = this.chain.receipts(List.of(named)).get(0);
        // Read last: if the authorization is unused then, it was unused at the receipt.
        Standing standing = this.chain.standing(token, authorization);
        return receipt != null && !standing.used() && standing.head().confirms(receipt, this.confirmations);
    }

    SettlementInquiry.Standing standing(UnknownPayment payment) throws FacilitatorException {
        return ask(payment, SettlementInquiry.Standing.UNREADABLE, (token, authorization) -> {
            Standing standing = this.chain.standing(token, authorization);
            if (standing.used()) {
                return SettlementInquiry.Standing.USED;
            }
            return expired(authorization, standing.head()) ? SettlementInquiry.Standing.LAPSED
                    : SettlementInquiry.Standing.UNUSED;
        });
    }

    private static <T> T ask(UnknownPayment payment, T unreadable, Question<T> question) throws FacilitatorException {
        EvmAddress token = EvmAddress.tryParse(payment.key().asset()).orElse(null);
        TransferAuthorization authorization = authorization(payment);
        if (token == null || authorization == null || !LocalEvmFacilitator.SCHEME.equals(payment.scheme())) {
            return unreadable;
        }
        try {
            return question.ask(token, authorization);
        }
        catch (IOException ex) {
            throw new FacilitatorException("The chain gave no usable reply: " + ex.getMessage(), ex);
        }
    }

    private Finding judge(Use use, UnknownPayment payment, EvmAddress token, TransferAuthorization authorization,
            Head head) throws IOException {
        TransactionReceipt receipt = use.receipt();
        if (receipt == null) {
            // A cancellation may be taken back as long as the authorization is valid.
            return expired(authorization, head) ? new Finding.Failed() : new Finding.Undecided();
        }
        if (!head.confirms(receipt, this.confirmations)) {
            return new Finding.Undecided();
        }
        if (TransferEvidence.paidByOthers(receipt, token, authorization)) {
            Instant time = this.chain.timeOf(receipt).orElse(null);
            return (time != null) ? attribute(Objects.requireNonNull(receipt.getTransactionHash()), time,
                    named(payment), payment.reservedAt()) : new Finding.Undecided();
        }
        return TransferEvidence.paid(receipt, token, authorization) ? new Finding.Undecided() : new Finding.Failed();
    }

    /**
     * Decides whether a transfer belongs to a reservation.
     * @param transaction the hash of the transfer's transaction
     * @param time the time of its block
     * @param named the transaction that was named for the reservation, or {@code null}
     * @param reservedAt when the payment was reserved for the first time
     */
    static Finding attribute(String transaction, Instant time, @Nullable String named, Instant reservedAt) {
        if (transaction.equalsIgnoreCase(named) || !time.isBefore(reservedAt)) {
            return new Finding.Settled(transaction);
        }
        return time.isBefore(reservedAt.minus(DOUBT)) ? new Finding.UsedElsewhere(transaction)
                : new Finding.Doubtful(transaction);
    }

    private static @Nullable String named(UnknownPayment payment) {
        String text = payment.transaction();
        return (text != null) ? payment.key().network().transaction(text).orElse(null) : null;
    }

    /**
     * Checks the transaction that the facilitator named, because the search does not go
     * back far enough. If it did not move the money, another one may have.
     */
    private Finding judgeNamed(@Nullable String transaction, EvmAddress token, TransferAuthorization authorization,
            Head head) throws IOException {
        if (transaction == null) {
            return new Finding.Undecided();
        }
        TransactionReceipt receipt = this.chain.receipts(List.of(transaction)).get(0);
        if (receipt != null && head.confirms(receipt, this.confirmations)
                && TransferEvidence.paidByOthers(receipt, token, authorization)) {
            return new Finding.Settled(Objects.requireNonNull(receipt.getTransactionHash()));
        }
        return new Finding.Undecided();
    }

    private static boolean expired(TransferAuthorization authorization, Head head) {
        return head.isAt(authorization.validBefore().add(BigInteger.valueOf(EXPIRY_MARGIN.toSeconds())));
    }

    /**
     * Holds what the chain identifies an authorization by; the window was checked before.
     */
    private static @Nullable TransferAuthorization authorization(UnknownPayment payment) {
        EvmAddress from = EvmAddress.tryParse(payment.key().payer()).orElse(null);
        EvmAddress to = EvmAddress.tryParse(payment.payTo()).orElse(null);
        if (from == null || to == null) {
            return null;
        }
        return new TransferAuthorization(from, to, payment.amount(), BigInteger.ZERO,
                BigInteger.valueOf(payment.validBefore().getEpochSecond()), payment.key().nonce());
    }

    @FunctionalInterface
    private interface Question<T> {

        T ask(EvmAddress token, TransferAuthorization authorization) throws IOException;

    }

}
