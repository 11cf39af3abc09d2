package io.github.x402spring.gate;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.ReasonCode;

/**
 * Response to a presented payment that is not served, with the end of its entry in the
 * ledger. {@link #of} is the only place that decides either.
 * <p>
 * A response with status 402 makes clients sign again, so it is given only where it is
 * proved that the presented payment moved no money and never will.
 *
 * @param denial the denial that the response states
 * @param code the protocol's reason, or {@code null} if it has none
 * @param entry the end of the reservation, if the request has one
 */
record Verdict(Denial denial, @Nullable ReasonCode code, Entry entry) {

    /**
     * Decides.
     * @param known what is known of the payment
     * @return the response
     */
    static Verdict of(Knowledge known) {
        return switch (known) {
            case Knowledge.LedgerUnavailable down -> verdict(Reason.TEMPORARILY_UNAVAILABLE, null, Entry.UNTOUCHED);
            case Knowledge.BoundElsewhere(PaymentState state) ->
                new Verdict(Denial.of(Reason.REQUEST_MISMATCH).withCharged(charged(state)), null, Entry.UNTOUCHED);
            case Knowledge.InFlight inFlight -> verdict(Reason.PAYMENT_IN_FLIGHT, null, Entry.UNTOUCHED);
            case Knowledge.Unknown unknown -> verdict(Reason.SETTLEMENT_PENDING, null, Entry.UNTOUCHED);
            case Knowledge.Ended ended -> verdict(Reason.OUTCOME_UNRESOLVED, null, Entry.UNTOUCHED);
            case Knowledge.Unfit(Reason reason, ReasonCode code) -> verdict(reason, code, Entry.RELEASED);
            case Knowledge.Rejected(ReasonCode code) -> verdict(Reason.PAYMENT_REJECTED, code, Entry.RELEASED);
            case Knowledge.PerhapsUsed(ReasonCode code, Standing standing) -> switch (standing) {
                case UNUSED -> verdict(Reason.SETTLEMENT_PENDING, code, Entry.RELEASED);
                case LAPSED -> verdict(Reason.PAYMENT_EXPIRED, code, Entry.RELEASED);
                case USED -> verdict(Reason.OUTCOME_UNRESOLVED, code, Entry.USED_ELSEWHERE);
                case UNREADABLE -> verdict(Reason.OUTCOME_UNRESOLVED, code, Entry.RELEASED);
            };
            case Knowledge.LeftOpen(ReasonCode code) -> verdict(Reason.SETTLEMENT_PENDING, code, Entry.RELEASED);
            case Knowledge.NotSent(Reason reason, Duration pause) ->
                new Verdict(new Denial(reason, Map.of(), seconds(pause)), null, Entry.RELEASED);
            case Knowledge.NotAsked(Denial denial) -> new Verdict(denial, null, Entry.RELEASED);
            case Knowledge.RefusedBeforeSending refused -> verdict(Reason.SETTLEMENT_FAILED, null, Entry.RELEASED);
            case Knowledge.Undecided undecided -> verdict(Reason.SETTLEMENT_PENDING, null, Entry.UNKNOWN);
        };
    }

    private static Verdict verdict(Reason reason, @Nullable ReasonCode code, Entry entry) {
        return new Verdict(new Denial(reason, Map.of(), null), code, entry);
    }

    private static @Nullable Integer seconds(Duration pause) {
        return pause.isPositive() ? (int) pause.plusMillis(999).toSeconds() : null;
    }

    static Charged charged(PaymentState state) {
        return switch (state) {
            case SETTLED -> Charged.YES;
            case RESERVED, SETTLING, UNKNOWN, UNRESOLVED, USED_ELSEWHERE -> Charged.UNKNOWN;
            case RELEASED -> Charged.NO;
        };
    }

    Refused refused() {
        return new Refused(this.denial, this.code);
    }

    /** Entry of the ledger for the reservation of the request. */
    enum Entry {

        /** It is as it was: the request has no reservation. */
        UNTOUCHED,

        /** It is removed, and the payment may be presented again. */
        RELEASED,

        /**
         * It is recorded as used elsewhere if its payer signed it, so that operators find
         * the transfer that the chain has and no ledger; removed otherwise.
         */
        USED_ELSEWHERE,

        /** Its outcome is unknown. */
        UNKNOWN

    }

}
