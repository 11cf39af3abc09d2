package io.github.x402spring.gate;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.limit.OutageLog;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.ReasonCode;

/**
 * Reasons for which a facilitator refuses payments. They are recorded with the payment
 * and logged: the first refusal of an endpoint and reason, and then their number each
 * minute. Payers get reasons of the protocol, and none of a facilitator's own, such as
 * what it found out about a payer. Thread-safe.
 */
final class FacilitatorRefusals {

    private static final Logger logger = LoggerFactory.getLogger(FacilitatorRefusals.class);

    /** A facilitator can invent reasons; endpoints are those of the configuration. */
    private static final int MAX_REASONS = 32;

    private static final String NO_REASON = "no reason";

    private static final String OTHER = "another reason";

    private final OutageLog log;

    private final Set<String> reasons = new HashSet<>();

    FacilitatorRefusals() {
        this(System::nanoTime);
    }

    FacilitatorRefusals(LongSupplier nanos) {
        this.log = new OutageLog(logger, nanos);
    }

    /**
     * Records and logs a refusal.
     * @param attempt the payment that was refused
     * @param offer the terms that it was refused under
     * @param code the reason, or {@code null} if there is none
     * @param remark what the facilitator says besides
     */
    void refused(PaymentAttempt attempt, Offer offer, @Nullable ReasonCode code, FacilitatorRemark remark) {
        FacilitatorRemark said = remark.about(attempt.payload(), code);
        if (!said.isEmpty()) {
            attempt.track().remarked(said);
        }
        String reason = said.reason().isEmpty() ? NO_REASON : said.reason();
        String known = known(reason);
        StringBuilder detail = new StringBuilder();
        if (!known.equals(reason)) {
            detail.append(reason).append(", ");
        }
        detail.append("network ").append(offer.requirements().network());
        if (!said.correlationId().isEmpty()) {
            detail.append(", correlation id ").append(said.correlationId());
        }
        if (!said.message().isEmpty()) {
            detail.append(", message: ").append(said.message());
        }
        this.log.warn("Facilitator refused a payment for endpoint '" + attempt.endpoint().name() + "' (" + known + ")",
                detail.toString());
    }

    private String known(String reason) {
        synchronized (this.reasons) {
            return (this.reasons.contains(reason) || (this.reasons.size() < MAX_REASONS && this.reasons.add(reason)))
                    ? reason : OTHER;
        }
    }

    /**
     * Returns the reason that is disclosed to the payer.
     * @param reason the facilitator's reason, or {@code null} if it gave none
     * @return the reason; {@code null} if there is none, or it is not disclosed
     */
    static @Nullable ReasonCode disclosed(@Nullable ReasonCode reason) {
        return (reason == null || reason.specified()) ? reason : null;
    }

}
