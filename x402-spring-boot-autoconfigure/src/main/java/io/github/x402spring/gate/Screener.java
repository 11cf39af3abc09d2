package io.github.x402spring.gate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.gate.Screener.Result.Judged;
import io.github.x402spring.gate.Screener.Result.SchemeFailed;
import io.github.x402spring.ledger.StoredPayment;
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
 * Screener of payments without I/O, by the scheme of their terms.
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
     * Screens a payment. A signature may be left unproved only where the facilitator is
     * asked before the payment is used.
     */
    Result screen(PaymentAttempt attempt, Offer offer) {
        boolean leaveSignature = this.verification == Verification.REMOTE
                && attempt.endpoint().flow() == PaymentFlow.AUTHORIZATION;
        Result result = screen(attempt, offer, leaveSignature);
        return (leaveSignature && result instanceof Judged(Expired expired)) ? screen(attempt, offer, false) : result;
    }

    /**
     * Tells whether the signature is the payer's, also where {@link #screen} left it to
     * the facilitator.
     */
    boolean proves(PaymentAttempt attempt, Offer offer) {
        return switch (screen(attempt, offer, false)) {
            case Judged(Passed passed) -> passed.proved();
            case Judged(Expired expired) -> expired.proved();
            case Judged judged -> false;
            case SchemeFailed failed -> false;
        };
    }

    /**
     * Tells whether the signature is the one with which the payment was reserved before:
     * it was proved then, be it by a chain.
     */
    boolean recognizes(PaymentAttempt attempt, Offer offer, StoredPayment stored) {
        String known = stored.signatureDigest();
        return known != null && known.equals(signatureDigest(attempt, offer));
    }

    /** Returns the digest of the signature, or {@code null} if there is none. */
    @Nullable String signatureDigest(PaymentAttempt attempt, Offer offer) {
        byte[] signature = null;
        try {
            PaymentScheme scheme = scheme(offer.requirements());
            signature = (scheme != null) ? scheme.signature(attempt.payload()).orElse(null) : null;
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
        }
        return (signature != null) ? HexFormat.of().formatHex(sha256(signature)) : null;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java has SHA-256", ex);
        }
    }

    /**
     * Identifies a payment, whatever its amount and validity.
     * @return the payment, or {@code null} if it certainly is none to the recipient of
     * the offer
     */
    @Nullable SignedPayment identify(PaymentPayload payload, Offer offer) {
        PaymentScheme scheme = scheme(offer.requirements());
        return (scheme != null) ? scheme.identify(payload, offer.requirements(), this.clock.instant()).orElse(null)
                : null;
    }

    /**
     * Returns the payment as it is sent to the facilitator, the same each time: what the
     * scheme read, and our own terms and resource in place of their echoes.
     */
    PaymentPayload handedOn(PaymentAttempt attempt, Offer offer) {
        return normalized(attempt, offer).under(offer.tree(), attempt.resource());
    }

    private PaymentPayload normalized(PaymentAttempt attempt, Offer offer) {
        try {
            PaymentScheme scheme = scheme(offer.requirements());
            return (scheme != null) ? Objects.requireNonNull(scheme.normalize(attempt.payload(), offer.requirements()))
                    : attempt.payload();
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
            return attempt.payload();
        }
    }

    private Result screen(PaymentAttempt attempt, Offer offer, boolean leaveSignature) {
        PaymentRequirements requirements = offer.requirements();
        try {
            PaymentScheme scheme = scheme(requirements);
            if (scheme == null) {
                return new Judged(new Failed(ReasonCode.UNSUPPORTED_SCHEME));
            }
            return new Judged(Objects.requireNonNull(
                    leaveSignature ? scheme.screenTerms(attempt.payload(), requirements, this.clock.instant())
                            : scheme.screen(attempt.payload(), requirements, this.clock.instant())));
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            logger.error("The scheme of endpoint '{}' failed: {}", attempt.endpoint().name(), ex.getClass().getName());
            return new SchemeFailed();
        }
    }

    private @Nullable PaymentScheme scheme(PaymentRequirements requirements) {
        return PaymentScheme.find(this.schemes, requirements);
    }

    /** Result of asking a scheme. */
    sealed interface Result {

        /** The scheme judged the payment. */
        record Judged(Screening screening) implements Result {

            public Judged {
                Objects.requireNonNull(screening, "'screening' must not be null");
            }

        }

        /** The scheme failed, so that nothing is known of the payment. */
        record SchemeFailed() implements Result {
        }

    }

}
