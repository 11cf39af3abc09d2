package io.github.x402spring.facilitator;

import java.util.Map;

/**
 * Source of counts that need an operator while they are not zero. The health indicator
 * shows them and is {@code DEGRADED} then.
 * <p>
 * Implementations are thread-safe and do no I/O.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface OperatorConcerns {

    /**
     * Returns the counts by name.
     * @return the same names at each call
     */
    Map<String, Long> concerns();

}
