package io.github.x402spring.gate;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotAskedException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.gate.SettlementOutcome.NotSent;
import io.github.x402spring.gate.SettlementOutcome.Refused;
import io.github.x402spring.gate.SettlementOutcome.Settled;
import io.github.x402spring.gate.SettlementOutcome.Unknown;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Sends a payment to be settled and judges the answer. Only what certainly failed counts
 * as failed: everything else that is not a success is unknown.
 */
final class Settlement {

    private static final Logger logger = LoggerFactory.getLogger(Settlement.class);

    /**
     * With these reasons the money may have moved: by an earlier attempt, by somebody
     * else who submitted the same authorization, or before the facilitator lost its
     * footing. Text that is no code is an exception's message, a time-out's for one.
     */
    private static final Set<String> UNDECIDED = Set.of(ReasonCode.SETTLEMENT_PENDING.value(),
            ReasonCode.EVM_NONCE_ALREADY_USED.value(), ReasonCode.UNEXPECTED_SETTLE_ERROR.value(),
            ReasonCode.UNSPECIFIED.value(), "duplicate_settlement");

    /** Hashes and addresses of every chain are shorter. */
    private static final int MAX_LENGTH = 256;

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    private final ExposureGuard exposures;

    Settlement(Facilitator facilitator, PaymentLedger ledger, ExposureGuard exposures) {
        this.facilitator = facilitator;
        this.ledger = ledger;
        this.exposures = exposures;
    }

    SettlementOutcome settle(PaymentAttempt attempt, Offer offer, AdmittedPayment admitted,
            @Nullable String responseDigest) {
        Reason obstacle = attempt.exchange().settling() ? this.exposures.commit(admitted)
                : Reason.TEMPORARILY_UNAVAILABLE;
        if (obstacle != null) {
            release(admitted);
            return notSent(admitted, obstacle);
        }
        try {
            if (!this.ledger.settling(admitted.reservation())) {
                logger.error("A payment for endpoint '{}' lost its reservation and is not settled",
                        attempt.endpoint().name());
                this.exposures.giveBack(admitted);
                return notSent(admitted, Reason.TEMPORARILY_UNAVAILABLE);
            }
        }
        catch (LedgerException | RuntimeException ex) {
            logger.warn("The payment ledger is out of reach; nothing is settled", ex);
            release(admitted);
            return notSent(admitted, Reason.TEMPORARILY_UNAVAILABLE);
        }
        SettlementOutcome outcome = send(attempt, offer, admitted);
        return record(admitted, outcome, responseDigest);
    }

    void release(AdmittedPayment admitted) {
        // Before somebody else can have the payment.
        this.exposures.giveBack(admitted);
        try {
            this.ledger.release(admitted.reservation());
        }
        catch (LedgerException | RuntimeException ex) {
            logger.warn("The payment ledger is out of reach; a payment stays reserved", ex);
        }
    }

    private SettlementOutcome send(PaymentAttempt attempt, Offer offer, AdmittedPayment admitted) {
        SettleResponse pending = null;
        try {
            SettleResponse answer = present(attempt, offer);
            if (answer.pending()) {
                pending = answer;
                answer = present(attempt, offer);
            }
            return judge(answer, pending, admitted);
        }
        catch (FacilitatorNotReachedException ex) {
            logger.atLevel((ex instanceof FacilitatorNotAskedException) ? Level.DEBUG : Level.WARN)
                .log("The facilitator was not reached: {}", ex.getMessage());
            return (pending != null) ? unknown(admitted, pending.transaction())
                    : notSent(admitted, Reason.TEMPORARILY_UNAVAILABLE);
        }
        catch (FacilitatorException ex) {
            logger.warn("The facilitator gave no usable answer to settle: {}", ex.getMessage());
            return unknown(admitted, (pending != null) ? pending.transaction() : "");
        }
        catch (RuntimeException ex) {
            logger.error("The facilitator failed to settle", ex);
            return unknown(admitted, (pending != null) ? pending.transaction() : "");
        }
    }

    private SettleResponse present(PaymentAttempt attempt, Offer offer) throws FacilitatorException {
        SettleResponse answer = this.facilitator.settle(attempt.payload(), offer.requirements(), attempt.resource());
        if (!fitsAHeader(answer)) {
            throw new FacilitatorException("The answer is longer than any receipt", null);
        }
        return answer;
    }

    private SettlementOutcome judge(SettleResponse answer, @Nullable SettleResponse pending, AdmittedPayment admitted) {
        String transaction = answer.transaction();
        if (answer.success()) {
            if (transaction.isEmpty() || !namesNetwork(answer, admitted) || !namesPayer(answer, admitted)) {
                logger.warn("The facilitator reports a settlement that is not the payment that was sent");
                return unknown(admitted, "");
            }
            return new Settled(answer);
        }
        boolean decided = !UNDECIDED.contains(String.valueOf(answer.errorReason()));
        // An attempt after an unknown one fails because of the first, more often than
        // not; only the transaction that was pending speaks for itself.
        boolean first = !admitted.reservation().resumed()
                && (pending == null || (!transaction.isEmpty() && transaction.equals(pending.transaction())));
        if (decided && first) {
            return new Refused(answer);
        }
        return unknown(admitted, (transaction.isEmpty() && pending != null) ? pending.transaction() : transaction);
    }

    /** A receipt too long to send would lose the answer that was paid for. */
    private static boolean fitsAHeader(SettleResponse answer) {
        String payer = answer.payer();
        return answer.transaction().length() <= MAX_LENGTH && answer.network().length() <= MAX_LENGTH
                && (payer == null || payer.length() <= MAX_LENGTH);
    }

    private static boolean namesNetwork(SettleResponse answer, AdmittedPayment admitted) {
        Network network = admitted.payment().network();
        return answer.network().equals(network.toString())
                || network.v1Name().filter(answer.network()::equals).isPresent();
    }

    private static boolean namesPayer(SettleResponse answer, AdmittedPayment admitted) {
        return answer.payer() == null || answer.payer().equalsIgnoreCase(admitted.payment().payer());
    }

    /** Returns the outcome, which is unknown if the payment became another request's. */
    private SettlementOutcome record(AdmittedPayment admitted, SettlementOutcome outcome,
            @Nullable String responseDigest) {
        if (outcome instanceof Refused || outcome instanceof NotSent) {
            this.exposures.giveBack(admitted);
        }
        try {
            switch (outcome) {
                case Settled(SettleResponse receipt) -> {
                    if (!this.ledger.settled(admitted.reservation(), receipt.transaction(), responseDigest)) {
                        logger.error("A payment for endpoint '{}' was settled after its reservation was lost; its "
                                + "response is withheld", admitted.attempt().endpoint().name());
                        return unknown(admitted, receipt.transaction());
                    }
                }
                case Unknown(SettleResponse receipt) ->
                    this.ledger.unknown(admitted.reservation(), receipt.transaction());
                case Refused refused -> this.ledger.release(admitted.reservation());
                case NotSent notSent -> this.ledger.release(admitted.reservation());
            }
        }
        catch (LedgerException | RuntimeException ex) {
            // The entry stays SETTLING: the payment can be neither used again nor
            // released.
            logger.error("The outcome of a settlement could not be recorded", ex);
        }
        return outcome;
    }

    private static SettlementOutcome notSent(AdmittedPayment admitted, Reason reason) {
        return admitted.reservation().resumed() ? unknown(admitted, "") : new NotSent(reason);
    }

    private static Unknown unknown(AdmittedPayment admitted, String transaction) {
        return new Unknown(
                SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, transaction, admitted.payment().network()));
    }

}
