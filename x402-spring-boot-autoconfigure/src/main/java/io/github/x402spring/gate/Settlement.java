package io.github.x402spring.gate;

import java.math.BigInteger;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.gate.SettlementOutcome.NotSent;
import io.github.x402spring.gate.SettlementOutcome.Refused;
import io.github.x402spring.gate.SettlementOutcome.Settled;
import io.github.x402spring.gate.SettlementOutcome.Unknown;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.OutageLog;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.reconcile.SettlementListener;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * Settlement of payments, and judgment of the replies.
 * <ul>
 * <li>A success counts if it names this payment and a transaction.
 * <li>A refusal counts if it is the first reply about the payment, names no transaction
 * and gives a {@linkplain RefusalReasons reason that precedes sending}.
 * <li>Everything else is unknown.
 * </ul>
 */
final class Settlement {

    private static final Logger logger = LoggerFactory.getLogger(Settlement.class);

    /** Hashes and addresses of every chain are shorter. */
    private static final int MAX_LENGTH = 256;

    private final OutageLog outages = new OutageLog(logger);

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    private final ExposureGuard exposures;

    private final RefusalReasons refusals;

    private final Screener screener;

    private final FacilitatorRefusals facilitatorRefusals;

    private final @Nullable StoredResponses responses;

    private final SettlementListener reported;

    private final Clock clock;

    /** Endpoints whose handler took too long at least once. */
    private final Set<String> late = ConcurrentHashMap.newKeySet();

    Settlement(Facilitator facilitator, PaymentLedger ledger, ExposureGuard exposures, SettlementEvidence evidence,
            Screener screener, FacilitatorRefusals facilitatorRefusals, @Nullable StoredResponses responses,
            Clock clock) {
        this.responses = responses;
        this.clock = clock;
        this.facilitatorRefusals = facilitatorRefusals;
        this.facilitator = facilitator;
        this.screener = screener;
        this.ledger = ledger;
        this.exposures = exposures;
        this.refusals = evidence.refusals();
        this.reported = evidence.reported();
    }

    /**
     * Settles a payment. Its response is stored before it is sent, so that no crash after
     * that loses it, but not before the reservation is known to be valid: another request
     * that has the payment may have stored its own.
     */
    SettlementOutcome settle(AdmittedPayment admitted, @Nullable String responseDigest, byte @Nullable [] response) {
        PaymentAttempt attempt = admitted.attempt();
        Reason obstacle = attempt.track().settling()
                ? this.exposures.commit(admitted.share(), attempt.endpoint().name()) : Reason.TEMPORARILY_UNAVAILABLE;
        if (obstacle != null) {
            release(admitted);
            return notSent(admitted, obstacle);
        }
        try {
            if (!this.ledger.settling(admitted.reservation())) {
                logger.error("A payment for endpoint '{}' lost its reservation and is not settled",
                        attempt.endpoint().name());
                this.exposures.giveBack(admitted.share());
                // The request that has it now may have settled it.
                return unknown(admitted, "");
            }
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; nothing is settled", ex);
            release(admitted);
            return notSent(admitted, Reason.TEMPORARILY_UNAVAILABLE);
        }
        // Only of a payment that is still its own it is certain that nothing was settled.
        if (expiresBeforeSettled(admitted)) {
            release(admitted);
            return notSent(admitted, Reason.PAYMENT_EXPIRED);
        }
        if (this.responses != null) {
            this.responses.store(admitted, response);
        }
        SettlementOutcome outcome = record(admitted, send(attempt, admitted.offer(), admitted), responseDigest);
        if (outcome instanceof Settled(SettleResponse receipt)) {
            attempt.track().settled(receipt);
            report(admitted, receipt.transaction());
        }
        return outcome;
    }

    /**
     * Tells whether a payment has less time left than a transfer takes, so that it would
     * revert after the response was delivered. One that is resumed is sent all the same,
     * since that is how its outcome is found out.
     */
    private boolean expiresBeforeSettled(AdmittedPayment admitted) {
        long left = admitted.payment().validBefore().getEpochSecond() - this.clock.instant().getEpochSecond();
        if (admitted.reservation().resumed() || left >= PaymentScheme.MIN_REMAINING.toSeconds()) {
            return false;
        }
        String endpoint = admitted.payment().endpoint();
        logger.atLevel(this.late.add(endpoint) ? Level.WARN : Level.DEBUG)
            .log("The handler of endpoint '{}' took so long that its payment is about to expire; nothing is settled. "
                    + "Raise x402.endpoints.{}.max-timeout, or settle before the handler runs (flow UPFRONT)", endpoint,
                    endpoint);
        return true;
    }

    void release(AdmittedPayment admitted) {
        // Before another request can reserve the payment.
        this.exposures.giveBack(admitted.share());
        release(admitted.candidate());
    }

    /** Frees a payment that was not admitted. */
    void release(Candidate candidate) {
        try {
            this.ledger.release(candidate.reservation());
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; a payment stays reserved", ex);
        }
    }

    /** Records that the chain used a payment that was never sent. */
    void usedElsewhere(Candidate candidate) {
        try {
            this.ledger.usedElsewhere(candidate.reservation());
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; a payment stays reserved", ex);
        }
    }

    private SettlementOutcome send(PaymentAttempt attempt, Offer offer, AdmittedPayment admitted) {
        SettleResponse pending = null;
        try {
            SettleResponse reply = present(attempt, offer);
            if (reply.pending()) {
                pending = reply;
                reply = present(attempt, offer);
            }
            return judge(reply, pending, admitted);
        }
        catch (FacilitatorNotReachedException ex) {
            if (ex.failure() == Failure.NOT_ASKED) {
                logger.debug("The facilitator was not asked to settle: {}", ex.getMessage());
            }
            else {
                this.outages.warn("The facilitator was not reached", String.valueOf(ex.getMessage()));
                remarked(attempt, offer, ex);
            }
            return (pending != null) ? unknown(admitted, pending.transaction())
                    : notSent(admitted, Reason.TEMPORARILY_UNAVAILABLE);
        }
        catch (FacilitatorException ex) {
            this.outages.warn("The facilitator gave no usable reply to settle", String.valueOf(ex.getMessage()));
            remarked(attempt, offer, ex);
            return unknown(admitted, (pending != null) ? pending.transaction() : "");
        }
        catch (RuntimeException ex) {
            this.outages.error("The facilitator failed to settle", ex);
            return unknown(admitted, (pending != null) ? pending.transaction() : "");
        }
    }

    private void remarked(PaymentAttempt attempt, Offer offer, FacilitatorException ex) {
        if (!ex.remark().isEmpty()) {
            this.facilitatorRefusals.refused(attempt, offer, null, ex.remark());
        }
    }

    private SettleResponse present(PaymentAttempt attempt, Offer offer) throws FacilitatorException {
        SettleResponse reply = this.facilitator.settle(this.screener.handedOn(attempt, offer), offer.requirements(),
                attempt.resource());
        if (!fitsAHeader(reply)) {
            throw new FacilitatorException("The reply is longer than any receipt", null);
        }
        return reply;
    }

    private SettlementOutcome judge(SettleResponse reply, @Nullable SettleResponse pending, AdmittedPayment admitted) {
        if (reply.success()) {
            SettleResponse receipt = receipt(reply, admitted);
            if (receipt == null) {
                logger.warn("The facilitator reports a settlement that is not the payment that was sent");
                return unknown(admitted, (pending != null) ? pending.transaction() : "");
            }
            return new Settled(receipt);
        }
        if (!reply.pending()) {
            this.facilitatorRefusals.refused(admitted.attempt(), admitted.offer(), reply.errorReason(), reply.remark());
        }
        // An attempt after an unknown one fails because of the first, more often than
        // not.
        boolean first = pending == null && !admitted.reservation().resumed();
        if (first && this.refusals.proveNothingSettled(reply)) {
            ReasonCode disclosed = Objects.requireNonNullElse(FacilitatorRefusals.disclosed(reply.errorReason()),
                    ReasonCode.PAYMENT_REJECTED);
            return new Refused(
                    new SettleResponse(false, disclosed, reply.payer(), reply.transaction(), reply.network()));
        }
        String transaction = this.refusals.nameOtherTransfer(reply) ? "" : transaction(reply, admitted);
        return unknown(admitted, (transaction.isEmpty() && pending != null) ? pending.transaction() : transaction);
    }

    /**
     * Returns the receipt of a settlement, with the transaction's hash in normal form.
     * @return the receipt; {@code null} if the reply is about another payment
     */
    private static @Nullable SettleResponse receipt(SettleResponse reply, AdmittedPayment admitted) {
        String transaction = transaction(reply, admitted);
        BigInteger amount = reply.amount();
        boolean ours = !transaction.isEmpty() && namesNetwork(reply, admitted) && namesPayer(reply, admitted)
                && (amount == null || amount.equals(admitted.payment().amount().value()));
        return ours ? new SettleResponse(true, null, reply.payer(), transaction, reply.network(), amount,
                FacilitatorRemark.NONE) : null;
    }

    /**
     * Returns the hash of the transaction that a reply names, in normal form; the empty
     * string if it names none that the network could have.
     */
    private static String transaction(SettleResponse reply, AdmittedPayment admitted) {
        return admitted.payment().network().transaction(reply.transaction()).orElse("");
    }

    /** A receipt too long to send would lose the response that was paid for. */
    private static boolean fitsAHeader(SettleResponse reply) {
        String payer = reply.payer();
        return reply.transaction().length() <= MAX_LENGTH && reply.network().length() <= MAX_LENGTH
                && (payer == null || payer.length() <= MAX_LENGTH);
    }

    private static boolean namesNetwork(SettleResponse reply, AdmittedPayment admitted) {
        Network network = admitted.payment().network();
        return reply.network().equals(network.toString())
                || network.v1Name().filter(reply.network()::equals).isPresent();
    }

    private static boolean namesPayer(SettleResponse reply, AdmittedPayment admitted) {
        return reply.payer() == null || reply.payer().equalsIgnoreCase(admitted.payment().payer());
    }

    /**
     * Records the outcome.
     * @return the outcome; unknown if the payment was settled and is not this request's
     * to deliver any more
     */
    private SettlementOutcome record(AdmittedPayment admitted, SettlementOutcome outcome,
            @Nullable String responseDigest) {
        try {
            switch (outcome) {
                case Settled(SettleResponse receipt) -> {
                    if (!this.ledger.settled(admitted.reservation(), receipt.transaction(), responseDigest)) {
                        logger.error("A payment for endpoint '{}' was settled after its reservation had been taken "
                                + "over; its response is withheld", admitted.payment().endpoint());
                        return unknown(admitted, receipt.transaction());
                    }
                }
                case Refused refused -> recordUnsettled(admitted, outcome, "");
                case NotSent notSent -> recordUnsettled(admitted, outcome, "");
                case Unknown(SettleResponse receipt) -> recordUnsettled(admitted, outcome, receipt.transaction());
            }
        }
        catch (RuntimeException ex) {
            // The entry stays SETTLING: the payment can be neither used again nor
            // released.
            this.outages.error("The outcome of a settlement could not be recorded", ex);
        }
        return outcome;
    }

    private void recordUnsettled(AdmittedPayment admitted, SettlementOutcome outcome, String transaction) {
        switch (Verdict.of(Knowledge.of(outcome)).entry()) {
            case RELEASED -> {
                this.exposures.giveBack(admitted.share());
                if (this.responses != null) {
                    this.responses.delete(admitted);
                }
                this.ledger.release(admitted.reservation());
            }
            case UNKNOWN -> {
                this.exposures.hold(admitted.share(), admitted.reservation().key());
                this.ledger.unknown(admitted.reservation(), transaction);
            }
            case UNTOUCHED, USED_ELSEWHERE -> {
            }
        }
    }

    private void report(AdmittedPayment admitted, String transaction) {
        try {
            this.reported.settled(admitted.reservation().key(), transaction);
        }
        catch (RuntimeException ex) {
            logger.error("A listener of settlements failed", ex);
        }
    }

    private static SettlementOutcome notSent(AdmittedPayment admitted, Reason reason) {
        return admitted.reservation().resumed() ? unknown(admitted, "") : new NotSent(reason);
    }

    private static Unknown unknown(AdmittedPayment admitted, String transaction) {
        Network network = admitted.payment().network();
        return new Unknown(SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING,
                network.transaction(transaction).orElse(""), network));
    }

}
