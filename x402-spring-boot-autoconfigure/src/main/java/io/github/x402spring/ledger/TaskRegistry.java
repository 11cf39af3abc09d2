package io.github.x402spring.ledger;

/**
 * Remembers which tasks were ended, for all instances that share it. Declare a bean of
 * this type to replace the one that goes with the payment ledger. Thread-safe.
 *
 * @since 0.1.0
 */
public interface TaskRegistry {

    /**
     * Ends a task, whether it was heard of or not: from now on nothing is settled for it.
     * @param task the task
     * @throws LedgerException if it could not be recorded
     */
    void end(TaskKey task) throws LedgerException;

    /**
     * Tells whether a task was ended.
     * @param task the task
     * @return whether it was
     * @throws LedgerException if the registry could not say
     */
    boolean ended(TaskKey task) throws LedgerException;

}
