package io.github.x402spring.operator;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Action of an operator while the application runs: who did what.
 *
 * @param at when it was done
 * @param operator the name of the authenticated operator, or {@code null} if it is
 * unknown
 * @param action what was done, such as {@code endpoint_paused}
 * @param details what it was done to, by names such as {@code endpoint}; in the clear
 * @since 0.1.0
 */
public record OperatorAction(Instant at, @Nullable String operator, String action, Map<String, String> details) {

    public OperatorAction {
        Objects.requireNonNull(at, "'at' must not be null");
        Objects.requireNonNull(action, "'action' must not be null");
        details = Map.copyOf(details);
    }

}
