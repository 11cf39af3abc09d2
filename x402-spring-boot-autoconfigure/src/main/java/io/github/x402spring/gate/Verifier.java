package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.limit.OutageLog;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Verification by the facilitator, and count of the payments that it rejects.
 */
final class Verifier {

    private static final Logger logger = LoggerFactory.getLogger(Verifier.class);

    private final OutageLog outages = new OutageLog(logger);

    private final Facilitator facilitator;

    private final Screener screener;

    private final PaymentIntake intake;

    private final RefusalReasons refusals;

    private final Recall recall;

    private final FacilitatorRefusals facilitatorRefusals;

    Verifier(Facilitator facilitator, Screener screener, PaymentIntake intake, RefusalReasons refusals, Recall recall,
            FacilitatorRefusals facilitatorRefusals) {
        this.facilitatorRefusals = facilitatorRefusals;
        this.facilitator = facilitator;
        this.screener = screener;
        this.intake = intake;
        this.refusals = refusals;
        this.recall = recall;
    }

    /**
     * Asks about a payment that the ledger did not know.
     * @return what is known of it, or {@code null} if it would settle
     */
    @Nullable Knowledge verify(Candidate candidate) {
        PaymentAttempt attempt = candidate.attempt();
        try {
            VerifyResponse reply = this.facilitator.verify(this.screener.handedOn(attempt, candidate.offer()),
                    candidate.offer().requirements(), attempt.resource());
            if (!reply.valid()) {
                this.facilitatorRefusals.refused(attempt, candidate.offer(), reply.invalidReason(), reply.remark());
                if (candidate.proved()) {
                    rejected(candidate, reply.invalidReason());
                }
                else {
                    this.intake.rejectedAsked(attempt.exchange(), signed(candidate), reply.invalidReason());
                }
                return invalid(candidate, reply.invalidReason());
            }
            String payer = reply.payer();
            if (payer != null && !payer.equalsIgnoreCase(candidate.payment().payer())) {
                logger.warn("The facilitator verified a payment of another payer");
                return new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE);
            }
            return null;
        }
        catch (FacilitatorException ex) {
            if (ex.failure() == Failure.NOT_ASKED) {
                return notAsked(ex);
            }
            this.outages.warn("The facilitator gave no usable reply to verify", String.valueOf(ex.getMessage()));
            remarked(candidate, ex);
            return unavailable(ex);
        }
        catch (RuntimeException ex) {
            this.outages.error("The facilitator failed to verify", ex);
        }
        return new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE);
    }

    /**
     * Tells whether the facilitator would not be asked to settle either, for a payment
     * that it does not verify.
     * @return what is known of the payment, or {@code null} if it would be asked
     */
    @Nullable Knowledge notAsked() {
        try {
            this.facilitator.checkAsked();
            return null;
        }
        catch (FacilitatorNotReachedException ex) {
            return notAsked(ex);
        }
    }

    private void remarked(Candidate candidate, FacilitatorException ex) {
        if (!ex.remark().isEmpty()) {
            this.facilitatorRefusals.refused(candidate.attempt(), candidate.offer(), null, ex.remark());
        }
    }

    private static Knowledge notAsked(FacilitatorException ex) {
        logger.debug("The facilitator was not asked to verify: {}", ex.getMessage());
        return unavailable(ex);
    }

    private static Knowledge unavailable(FacilitatorException ex) {
        return new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE, ex.pause());
    }

    private Knowledge invalid(Candidate candidate, @Nullable ReasonCode code) {
        ReasonCode disclosed = FacilitatorRefusals.disclosed(code);
        if (this.refusals.sayUsed(code)) {
            return new Knowledge.PerhapsUsed(disclosed,
                    this.recall.standing(candidate.offer(), candidate.authorization()));
        }
        return this.refusals.leaveOpen(code) ? new Knowledge.LeftOpen(disclosed) : new Knowledge.Rejected(disclosed);
    }

    /**
     * Counts a payment that was rejected. The facilitator need not have checked whether
     * its payer signed it.
     */
    void rejected(Candidate payment, @Nullable ReasonCode code) {
        this.intake.rejected(payment.attempt().exchange(), signed(payment), code);
    }

    /** Counts a payment whose outcome is unknown, until it proves settled. */
    void unknown(Candidate payment) {
        this.intake.unknown(payment.attempt().exchange(), payment.key(), signed(payment) != null);
    }

    private @Nullable PaymentKey signed(Candidate payment) {
        return signedByPayer(payment) ? payment.key() : null;
    }

    boolean signedByPayer(Candidate payment) {
        return payment.proved() || this.screener.proves(payment.attempt(), payment.offer());
    }

}
