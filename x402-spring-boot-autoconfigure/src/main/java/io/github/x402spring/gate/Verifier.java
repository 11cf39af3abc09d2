package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotAskedException;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Asks the facilitator whether a payment would settle, and counts those that it rejects.
 */
final class Verifier {

    private static final Logger logger = LoggerFactory.getLogger(Verifier.class);

    private final Facilitator facilitator;

    private final Screener screener;

    private final PaymentIntake intake;

    private final RefusalReasons refusals;

    Verifier(Facilitator facilitator, Screener screener, PaymentIntake intake, RefusalReasons refusals) {
        this.facilitator = facilitator;
        this.screener = screener;
        this.intake = intake;
        this.refusals = refusals;
    }

    /**
     * Asks about a payment.
     * @return why it is refused, or {@code null} if it would settle
     */
    @Nullable Refused verify(AdmittedPayment candidate) {
        PaymentAttempt attempt = candidate.attempt();
        try {
            VerifyResponse answer = this.facilitator.verify(attempt.payload(), candidate.offer().requirements(),
                    attempt.resource());
            if (!answer.valid()) {
                rejected(candidate, answer.invalidReason());
                return new Refused(this.refusals.leaveOpen(answer.invalidReason()) ? Reason.SETTLEMENT_PENDING
                        : Reason.PAYMENT_REJECTED, answer.invalidReason());
            }
            String payer = answer.payer();
            if (payer != null && !payer.equalsIgnoreCase(candidate.payment().payer())) {
                logger.warn("The facilitator verified a payment of somebody else");
                return new Refused(Reason.TEMPORARILY_UNAVAILABLE);
            }
            return null;
        }
        catch (FacilitatorNotAskedException ex) {
            logger.debug("The facilitator was not asked to verify: {}", ex.getMessage());
        }
        catch (FacilitatorException ex) {
            logger.warn("The facilitator gave no usable answer to verify: {}", ex.getMessage());
        }
        catch (RuntimeException ex) {
            logger.error("The facilitator failed to verify", ex);
        }
        return new Refused(Reason.TEMPORARILY_UNAVAILABLE);
    }

    /**
     * Counts a payment that was rejected. Whether its payer signed it, the facilitator
     * need not have told.
     */
    void rejected(AdmittedPayment payment, @Nullable ReasonCode code) {
        boolean signed = payment.proved() || this.screener.proves(payment.attempt(), payment.offer());
        this.intake.rejected(payment.attempt().exchange(), signed ? payment.reservation().key() : null, code);
    }

}
