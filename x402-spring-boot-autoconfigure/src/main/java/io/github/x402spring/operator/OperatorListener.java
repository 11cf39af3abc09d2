package io.github.x402spring.operator;

/**
 * Listener that is notified of what operators do while the application runs. All beans of
 * this type are notified.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface OperatorListener {

    /**
     * Called once for each action, after it was done. An exception is logged and changes
     * nothing.
     * @param action the action
     */
    void acted(OperatorAction action);

}
