package io.github.x402spring.facilitator;

import java.util.Map;

/**
 * Source of counts that an operator has to look at while they are not zero. Health shows
 * them, and is {@code DEGRADED}.
 * <p>
 * Implementations are thread-safe and do no I/O.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface OperatorConcerns {

    /**
     * Returns the counts by their names.
     * @return the same names at each call
     */
    Map<String, Long> concerns();

}
