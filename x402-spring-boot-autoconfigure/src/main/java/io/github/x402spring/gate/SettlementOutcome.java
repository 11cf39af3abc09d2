package io.github.x402spring.gate;

import java.util.Objects;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Outcome of an attempt to settle a payment.
 *
 * @since 0.1.0
 */
public sealed interface SettlementOutcome {

    /**
     * Returns the denial that the response states if nothing is delivered.
     * @return the denial
     * @throws IllegalStateException if the payment was settled
     */
    default Denial denial() {
        return Verdict.of(Knowledge.of(this)).denial();
    }

    /**
     * The payment was settled: deliver.
     *
     * @param receipt the receipt
     */
    record Settled(SettleResponse receipt) implements SettlementOutcome {
    }

    /**
     * The payment was certainly not settled: deliver nothing, ask for another.
     *
     * @param receipt the facilitator's reply
     */
    record Refused(SettleResponse receipt) implements SettlementOutcome {
    }

    /**
     * The outcome is unknown: deliver nothing, never ask for another payment.
     *
     * @param receipt the receipt {@code settlement_pending}, with the transaction's hash
     * if it is known
     */
    record Unknown(SettleResponse receipt) implements SettlementOutcome {
    }

    /**
     * The payment was never sent: deliver nothing, the same payment stays valid.
     *
     * @param reason why
     */
    record NotSent(Reason reason) implements SettlementOutcome {

        public NotSent {
            Objects.requireNonNull(reason, "'reason' must not be null");
        }

        NotSent() {
            this(Reason.TEMPORARILY_UNAVAILABLE);
        }

    }

}
