package io.github.x402spring.ledger;

/**
 * Registry of ended tasks, for all instances that share it. Declare a bean of this type
 * to replace the one that goes with the payment ledger. Thread-safe. Both methods throw a
 * {@link LedgerException} if the registry is unavailable.
 *
 * @since 0.1.0
 */
public interface TaskRegistry {

    /**
     * Ends a task, whether it is known or not: from now on nothing is settled for it.
     * @param task the task
     */
    void end(TaskKey task);

    /**
     * Returns whether a task was ended.
     * @param task the task
     * @return whether it was
     */
    boolean ended(TaskKey task);

}
