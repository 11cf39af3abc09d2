package io.github.x402spring.facilitator.http;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.ForeignText;

/**
 * Values of {@code status} beside {@code success: true} with which a settlement is final.
 * The protocol has no such member: facilitators that have it mean by {@code pending} that
 * the transaction is in no block yet. Thread-safe.
 */
final class FinalStatuses {

    private static final Logger logger = LoggerFactory.getLogger(FinalStatuses.class);

    private static final Set<String> BUILT_IN = Set.of("success", "confirmed", "settled", "completed", "finalized");

    private static final int MAX_WARNINGS = 16;

    private static final int MAX_LENGTH = 20;

    private final Set<String> statuses = new HashSet<>(BUILT_IN);

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /**
     * Creates the statuses.
     * @param more statuses besides the built-in ones, in any case
     */
    FinalStatuses(Collection<String> more) {
        more.forEach((status) -> this.statuses.add(normal(status)));
    }

    /**
     * Checks whether a settlement with this status is final. Each status that is not is
     * logged once.
     * @param status the value; {@code null} if the reply has none
     * @return whether it is; {@code true} for everything that is no text
     */
    boolean contain(@Nullable Object status) {
        if (!(status instanceof String text) || text.isBlank() || this.statuses.contains(normal(text))) {
            return true;
        }
        String shown = ForeignText.shown(text, MAX_LENGTH);
        if (this.warned.size() < MAX_WARNINGS && this.warned.add(shown)) {
            logger.warn("Facilitator reported a settlement with status '{}'; its outcome counts as unknown. If this "
                    + "status is final, add it to x402.facilitator.final-statuses", shown);
        }
        return false;
    }

    private static String normal(String status) {
        return status.strip().toLowerCase(Locale.ROOT);
    }

}
