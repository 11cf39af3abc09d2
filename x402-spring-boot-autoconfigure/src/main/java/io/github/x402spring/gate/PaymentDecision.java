package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.ReasonCode;

/**
 * Decision of the gate about a presented payment.
 *
 * @since 0.1.0
 */
public sealed interface PaymentDecision {

    /**
     * The handler may run.
     *
     * @param admitted the payment, to be settled or released
     */
    record Admitted(AdmittedPayment admitted) implements PaymentDecision {
    }

    /**
     * The request is refused with the reason's own status. Nothing is settled for it.
     *
     * @param denial why
     * @param code the protocol's reason, or {@code null} if it has none
     */
    record Refused(Denial denial, @Nullable ReasonCode code) implements PaymentDecision {

        Refused(Reason reason) {
            this(reason, null);
        }

        Refused(Reason reason, @Nullable ReasonCode code) {
            this(Denial.of(reason), code);
        }

        /**
         * Returns why.
         * @return the reason
         */
        public Reason reason() {
            return this.denial.reason();
        }

    }

    /**
     * A payment that is settled before the handler runs was not.
     *
     * @param outcome the outcome; never {@code Settled}
     */
    record Unsettled(SettlementOutcome outcome) implements PaymentDecision {
    }

}
