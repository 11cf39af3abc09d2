package io.github.x402spring.autoconfigure.actuate;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.operator.OperatorListener;
import io.github.x402spring.protocol.ForeignText;

/**
 * Journal of what operators do while the application runs: a line in the log for each
 * action, and a notice to every listener. Thread-safe.
 */
final class OperatorJournal {

    private static final Logger logger = LoggerFactory.getLogger(OperatorJournal.class);

    private static final int MAX_LENGTH = 100;

    private final Supplier<@Nullable String> operator;

    private final List<OperatorListener> listeners;

    private final InstantSource clock;

    OperatorJournal(Supplier<@Nullable String> operator, List<OperatorListener> listeners, InstantSource clock) {
        this.operator = Objects.requireNonNull(operator, "'operator' must not be null");
        this.listeners = List.copyOf(listeners);
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
    }

    /**
     * Records an action that was done.
     * @param action what was done, for listeners
     * @param told what was done, for the log: names of callers and addresses of payers do
     * not belong there
     * @param details what it was done to, for listeners
     */
    void record(String action, String told, Map<String, String> details) {
        String operator = this.operator.get();
        logger.info("Operator '{}' {}", (operator != null) ? ForeignText.shown(operator, MAX_LENGTH) : "unknown",
                ForeignText.shown(told, 2 * MAX_LENGTH));
        OperatorAction acted = new OperatorAction(this.clock.instant(), operator, action, details);
        for (OperatorListener listener : this.listeners) {
            try {
                listener.acted(acted);
            }
            catch (RuntimeException ex) {
                logger.error("A listener of operators' actions failed", ex);
            }
        }
    }

}
