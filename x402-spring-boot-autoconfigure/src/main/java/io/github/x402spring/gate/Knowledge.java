package io.github.x402spring.gate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.ReasonCode;

/**
 * Knowledge of a presented payment that is not served, from which {@link Verdict}
 * decides.
 */
sealed interface Knowledge {

    /**
     * Returns what follows from the outcome of a settlement.
     * @param outcome the outcome, of a payment that was not settled
     * @return what is known
     */
    static Knowledge of(SettlementOutcome outcome) {
        return switch (outcome) {
            case SettlementOutcome.Settled settled -> throw new IllegalStateException("A settled payment is delivered");
            case SettlementOutcome.Refused refused -> new RefusedBeforeSending();
            case SettlementOutcome.Unknown unknown -> new Undecided();
            case SettlementOutcome.NotSent(Reason reason) -> new NotSent(reason);
        };
    }

    /** The ledger is unavailable, and nothing was sent. */
    record LedgerUnavailable() implements Knowledge {
    }

    /**
     * The ledger knows the payment for another request.
     *
     * @param state the state of the payment
     */
    record BoundElsewhere(PaymentState state) implements Knowledge {
    }

    /** The ledger knows the payment, and a request with it is in flight. */
    record InFlight() implements Knowledge {
    }

    /**
     * The ledger knows the payment for this request, its outcome is unknown, and this
     * request cannot resume it.
     */
    record Unknown() implements Knowledge {
    }

    /**
     * The ledger knows the payment for this request, and it ended without being settled
     * for it.
     *
     * @param state the final state
     */
    record Ended(PaymentState state) implements Knowledge {
    }

    /**
     * The ledger does not know the payment, and terms, amount, signature or time do not
     * fit.
     *
     * @param reason what does not fit
     * @param code the protocol's reason, or {@code null} if it has none
     */
    record Unfit(Reason reason, @Nullable ReasonCode code) implements Knowledge {
    }

    /**
     * The ledger does not know the payment, and the facilitator calls it invalid for a
     * reason that proves that it was not settled.
     *
     * @param code the facilitator's reason
     */
    record Rejected(@Nullable ReasonCode code) implements Knowledge {
    }

    /**
     * The ledger does not know the payment, and the facilitator says that its nonce was
     * used; or it has expired, and the ledger may have forgotten it.
     *
     * @param code the reason that is disclosed, or {@code null} if there is none
     * @param standing what the chain says
     */
    record PerhapsUsed(@Nullable ReasonCode code, Standing standing) implements Knowledge {
    }

    /**
     * The ledger does not know the payment, and the facilitator calls it invalid for a
     * reason that leaves open whether it is settled.
     *
     * @param code the facilitator's reason
     */
    record LeftOpen(@Nullable ReasonCode code) implements Knowledge {
    }

    /**
     * Nothing was sent to be settled, now or before.
     *
     * @param reason why
     * @param pause the time for which the same would happen again; zero if that is not
     * known
     */
    record NotSent(Reason reason, Duration pause) implements Knowledge {

        NotSent(Reason reason) {
            this(reason, Duration.ZERO);
        }

    }

    /**
     * Nothing was found out about the payment by this request, and nothing was sent to be
     * settled.
     *
     * @param denial why, and whether the payment was charged
     */
    record NotAsked(Denial denial) implements Knowledge {
    }

    /** The first attempt to settle was refused for a reason that precedes sending. */
    record RefusedBeforeSending() implements Knowledge {
    }

    /** Anything else, and every refusal of a second attempt. */
    record Undecided() implements Knowledge {
    }

}
