package io.github.x402spring.gate;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.OutageLog;

/**
 * Decision about payments that were settled for the request with which they are
 * presented. They are not settled again; only the payer is served, and only if the policy
 * grants it.
 * <ul>
 * <li>A stored response is delivered, as often as it is requested.</li>
 * <li>The first delivery runs the handler, for as long as the ledger has the
 * payment.</li>
 * <li>After it the handler runs again within {@link RedeliveryLimits}, if it may run
 * twice at all. Once a byte of a body was handed over, its response has to be the one
 * that was recorded when the payment was settled.</li>
 * </ul>
 */
final class Redelivery {

    /** Of a payment that is not taken, so that no delivery of it has to be ended. */
    static final String NO_TOKEN = "";

    private static final Logger logger = LoggerFactory.getLogger(Redelivery.class);

    private final OutageLog outages = new OutageLog(logger);

    private final PaymentLedger ledger;

    private final Screener screener;

    private final PolicyCheck policy;

    private final ExposureGuard exposures;

    private final @Nullable StoredResponses responses;

    private final RedeliveryLimits limits;

    private final Clock clock;

    Redelivery(PaymentLedger ledger, Screener screener, PolicyCheck policy, ExposureGuard exposures,
            @Nullable StoredResponses responses, RedeliveryLimits limits, Clock clock) {
        this.ledger = ledger;
        this.screener = screener;
        this.policy = policy;
        this.exposures = exposures;
        this.responses = responses;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Decides about a payment that was settled for the request.
     * @param candidate the payment, which is not taken yet
     * @param found the payment as the ledger knows it
     */
    PaymentDecision serve(Candidate candidate, StoredPayment found) {
        return switch (found.delivery()) {
            case DELIVERED -> repeat(candidate, found);
            case IN_FLIGHT -> new Refused(Reason.PAYMENT_IN_FLIGHT);
            case NOT_BEGUN, LOST -> deliver(candidate, found);
        };
    }

    /** Delivers a stored response again. */
    private PaymentDecision repeat(Candidate candidate, StoredPayment found) {
        boolean payer = this.responses != null && proves(candidate, found);
        byte[] response = (payer && this.responses != null) ? this.responses.find(candidate) : null;
        if (response == null) {
            return new Refused(Reason.PAYMENT_ALREADY_USED);
        }
        return switch (this.policy.authorize(candidate)) {
            case Permission.Failed failed -> new Refused(Reason.SETTLEMENT_PENDING);
            case Permission.Denied denied -> new Refused(Reason.PAYMENT_ALREADY_USED);
            case Permission.Granted granted ->
                new Admitted(AdmittedPayment.settledBefore(candidate, granted.redaction(), found, response));
        };
    }

    /**
     * Delivers a response that was not delivered. The payment is taken last, so that a
     * refusal does not count as a run.
     */
    private PaymentDecision deliver(Candidate candidate, StoredPayment found) {
        if (!proves(candidate, found)) {
            return new Refused(Reason.ANSWER_UNAVAILABLE);
        }
        return switch (this.policy.authorize(candidate)) {
            case Permission.Failed failed -> new Refused(Reason.SETTLEMENT_PENDING);
            case Permission.Denied denied -> new Refused((denied.denial().reason().retryWith() == RetryWith.LATER)
                    ? Reason.SETTLEMENT_PENDING : Reason.ANSWER_UNAVAILABLE);
            case Permission.Granted granted -> granted(candidate, granted.redaction(), found);
        };
    }

    private boolean proves(Candidate candidate, StoredPayment found) {
        return candidate.proved() || this.screener.recognizes(candidate.attempt(), candidate.offer(), found)
                || this.screener.proves(candidate.attempt(), candidate.offer());
    }

    private PaymentDecision granted(Candidate candidate, @Nullable Redaction redaction, StoredPayment found) {
        byte[] response = (this.responses != null) ? this.responses.find(candidate) : null;
        if (response != null) {
            return take(candidate, redaction, found, response, () -> this.ledger.repeat(found));
        }
        // Without a delivery so far it is the purchase itself that goes on, as after a
        // settlement that is unknown.
        boolean first = found.delivery() == Delivery.NOT_BEGUN;
        return (first || mayRunAgain(candidate, found)) ? run(candidate, redaction, found)
                : new Refused(Reason.ANSWER_UNAVAILABLE);
    }

    private boolean mayRunAgain(Candidate candidate, StoredPayment found) {
        boolean comparable = !found.bodyBegun() || found.responseDigest() != null;
        return comparable && repeatable(candidate.attempt()) && this.limits.allow(found, this.clock.instant());
    }

    /** What is settled upfront cannot be undone, whatever the transport's rules say. */
    private static boolean repeatable(PaymentAttempt attempt) {
        Boolean idempotent = attempt.endpoint().idempotent();
        return (idempotent != null) ? idempotent
                : attempt.endpoint().flow() == PaymentFlow.AUTHORIZATION && attempt.exchange().repeatable();
    }

    private PaymentDecision run(Candidate candidate, @Nullable Redaction redaction, StoredPayment found) {
        PaymentDecision decision = take(candidate, redaction, found, null,
                () -> this.ledger.redeliver(found, this.limits.maxRuns()));
        if (found.runs() > 0 && decision instanceof Admitted) {
            this.exposures.count(candidate.attempt().endpoint(), candidate.attempt().exchange(), candidate.claim());
        }
        return decision;
    }

    private PaymentDecision take(Candidate candidate, @Nullable Redaction redaction, StoredPayment found,
            byte @Nullable [] response, Supplier<Optional<Reservation>> taking) {
        try {
            return taking.get()
                .<PaymentDecision>map((taken) -> new Admitted(
                        AdmittedPayment.settledBefore(candidate.takenBy(taken), redaction, found, response)))
                .orElseGet(() -> new Refused(Reason.PAYMENT_IN_FLIGHT));
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; payment refused", ex);
            return new Refused(Reason.SETTLEMENT_PENDING);
        }
    }

    /** Whether no other call has taken the payment since. */
    boolean isCurrent(AdmittedPayment settled) {
        try {
            return this.ledger.find(settled.reservation().key())
                .filter((stored) -> stored.token().equals(settled.reservation().token()))
                .isPresent();
        }
        catch (RuntimeException ex) {
            this.outages.warn("Payment ledger unavailable; a response is not stored", ex);
            return false;
        }
    }

    void ended(AdmittedPayment settled, boolean delivered, boolean bodyBegun) {
        if (settled.reservation().token().equals(NO_TOKEN)) {
            return;
        }
        try {
            if (delivered) {
                this.ledger.delivered(settled.reservation());
            }
            else {
                this.ledger.undelivered(settled.reservation(), bodyBegun);
            }
        }
        catch (RuntimeException ex) {
            this.outages.warn("The end of a delivery could not be recorded", ex);
        }
    }

}
