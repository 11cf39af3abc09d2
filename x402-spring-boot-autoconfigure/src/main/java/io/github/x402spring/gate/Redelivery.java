package io.github.x402spring.gate;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Admits a payment once more that was settled and whose answer did not arrive. It is not
 * settled again; only the payer gets the answer, and only if the policy still says so.
 */
final class Redelivery {

    /** Of a payment whose answer was delivered, so that nobody has to be told. */
    static final String NO_TOKEN = "";

    private static final Logger logger = LoggerFactory.getLogger(Redelivery.class);

    private final PaymentLedger ledger;

    private final Screener screener;

    private final Function<AdmittedPayment, @Nullable Permission> policy;

    private final @Nullable KeptAnswers answers;

    Redelivery(PaymentLedger ledger, Screener screener, Function<AdmittedPayment, @Nullable Permission> policy,
            @Nullable KeptAnswers answers) {
        this.ledger = ledger;
        this.screener = screener;
        this.policy = policy;
        this.answers = answers;
    }

    /** Gives an answer that was delivered before, if it was kept. */
    PaymentDecision repeat(AdmittedPayment settled) {
        boolean payer = this.answers != null && proves(settled);
        byte[] answer = (payer && this.answers != null) ? this.answers.find(settled) : null;
        if (answer == null) {
            return new Refused(Reason.PAYMENT_ALREADY_USED);
        }
        return switch (this.policy.apply(settled)) {
            case null -> new Refused(Reason.SETTLEMENT_PENDING);
            case Permission.Denied denied -> new Refused(Reason.PAYMENT_ALREADY_USED);
            case Permission.Granted granted -> new Admitted(settled.limitedTo(granted.redaction()).answeredBy(answer));
        };
    }

    /**
     * Gives an answer that was not delivered.
     * @param begun whether the handler's answer may have been on its way before
     */
    PaymentDecision serve(AdmittedPayment settled, boolean begun) {
        PaymentDecision decision = null;
        try {
            decision = decide(settled, begun);
            return decision;
        }
        finally {
            if (!(decision instanceof Admitted)) {
                ended(settled, false);
            }
        }
    }

    private PaymentDecision decide(AdmittedPayment settled, boolean begun) {
        if (!proves(settled)) {
            return new Refused(Reason.ANSWER_UNAVAILABLE);
        }
        return switch (this.policy.apply(settled)) {
            case null -> new Refused(Reason.SETTLEMENT_PENDING);
            case Permission.Denied denied -> new Refused((denied.denial().reason().retryWith() == RetryWith.LATER)
                    ? Reason.SETTLEMENT_PENDING : Reason.ANSWER_UNAVAILABLE);
            case Permission.Granted granted -> allowed(settled.limitedTo(granted.redaction()), begun);
        };
    }

    private boolean proves(AdmittedPayment settled) {
        return settled.proved() || this.screener.proves(settled.attempt(), settled.offer());
    }

    private PaymentDecision allowed(AdmittedPayment settled, boolean begun) {
        byte[] answer = (this.answers != null) ? this.answers.find(settled) : null;
        if (answer != null) {
            return new Admitted(settled.answeredBy(answer));
        }
        // Without an answer so far it is the purchase itself that goes on, as after a
        // settlement that is unknown.
        boolean mayRun = !begun || repeatable(settled.attempt());
        return mayRun ? new Admitted(settled) : new Refused(Reason.ANSWER_UNAVAILABLE);
    }

    /** What is settled upfront cannot be undone, whatever the transport's rules say. */
    private static boolean repeatable(PaymentAttempt attempt) {
        Boolean idempotent = attempt.endpoint().idempotent();
        return (idempotent != null) ? idempotent
                : attempt.endpoint().flow() == PaymentFlow.AUTHORIZATION && attempt.exchange().repeatable();
    }

    void ended(AdmittedPayment settled, boolean delivered) {
        if (settled.reservation().token().equals(NO_TOKEN)) {
            return;
        }
        try {
            if (delivered) {
                this.ledger.delivered(settled.reservation());
            }
            else {
                this.ledger.undelivered(settled.reservation(), false);
            }
        }
        catch (RuntimeException ex) {
            logger.warn("What became of an answer could not be recorded", ex);
        }
    }

}
