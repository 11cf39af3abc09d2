package io.github.x402spring.gate;

import java.time.Clock;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Expired;
import io.github.x402spring.scheme.Screening.Failed;
import io.github.x402spring.scheme.Screening.Passed;
import io.github.x402spring.scheme.SignedPayment;

/**
 * Judges payments without I/O, by the scheme of their terms.
 */
final class Screener {

    private static final Logger logger = LoggerFactory.getLogger(Screener.class);

    private final List<PaymentScheme> schemes;

    private final Clock clock;

    private final Verification verification;

    Screener(List<PaymentScheme> schemes, Clock clock, Verification verification) {
        this.schemes = List.copyOf(schemes);
        this.clock = clock;
        this.verification = verification;
    }

    /**
     * Returns what was found, or {@code null} if the scheme failed. A signature may be
     * left unproved only where the facilitator is asked before the payment is used.
     */
    @Nullable Screening screen(PaymentAttempt attempt, Offer offer) {
        boolean leaveSignature = this.verification == Verification.REMOTE
                && attempt.endpoint().flow() == PaymentFlow.AUTHORIZATION;
        Screening screening = screen(attempt, offer, leaveSignature);
        return (leaveSignature && screening instanceof Expired) ? screen(attempt, offer, false) : screening;
    }

    /**
     * Tells whether the signature is the payer's, also where {@link #screen} left it to
     * the facilitator.
     */
    boolean proves(PaymentAttempt attempt, Offer offer) {
        Screening screening = screen(attempt, offer, false);
        return (screening instanceof Passed passed && passed.proved())
                || (screening instanceof Expired expired && expired.proved());
    }

    /**
     * Tells which payment this is, whatever it is worth and however long it is valid.
     * @return the payment, or {@code null} if it certainly is none to the recipient of
     * the offer
     */
    @Nullable SignedPayment identify(PaymentPayload payload, Offer offer) {
        PaymentScheme scheme = scheme(offer.requirements());
        return (scheme != null) ? scheme.identify(payload, offer.requirements(), this.clock.instant()).orElse(null)
                : null;
    }

    private @Nullable Screening screen(PaymentAttempt attempt, Offer offer, boolean leaveSignature) {
        PaymentRequirements requirements = offer.requirements();
        PaymentScheme scheme = scheme(requirements);
        if (scheme == null) {
            return new Failed(ReasonCode.UNSUPPORTED_SCHEME);
        }
        try {
            return leaveSignature ? scheme.screenTerms(attempt.payload(), requirements, this.clock.instant())
                    : scheme.screen(attempt.payload(), requirements, this.clock.instant());
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
            return null;
        }
    }

    private @Nullable PaymentScheme scheme(PaymentRequirements requirements) {
        for (PaymentScheme scheme : this.schemes) {
            if (scheme.supports(requirements)) {
                return scheme;
            }
        }
        return null;
    }

}
