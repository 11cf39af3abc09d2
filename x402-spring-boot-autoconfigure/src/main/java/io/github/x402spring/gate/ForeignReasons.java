package io.github.x402spring.gate;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.ReasonCode;

/**
 * Reasons that are a facilitator's own, such as what it found out about a payer. They go
 * to the operator, each once, and the payer learns that the payment was rejected.
 * Thread-safe.
 */
final class ForeignReasons {

    private static final Logger logger = LoggerFactory.getLogger(ForeignReasons.class);

    private static final int MAX_WARNINGS = 64;

    private final Set<ReasonCode> warned = ConcurrentHashMap.newKeySet();

    /**
     * Returns the reason that the payer is told.
     * @param reason the facilitator's reason, or {@code null} if it gave none
     * @return the reason; {@code null} if there is none, or none that the payer is to
     * know
     */
    @Nullable ReasonCode told(@Nullable ReasonCode reason) {
        if (reason == null || reason.specified()) {
            return reason;
        }
        if (ReasonCode.UNSPECIFIED.equals(reason)) {
            return null;
        }
        if (this.warned.size() < MAX_WARNINGS && this.warned.add(reason)) {
            logger.warn("Facilitator rejected a payment for its own reason '{}', which payers are not told", reason);
        }
        else {
            logger.debug("Facilitator rejected a payment for its own reason '{}'", reason);
        }
        return null;
    }

}
