package io.github.x402spring.autoconfigure.actuate;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * {@link Endpoint @Endpoint} that ends tasks.
 */
@Endpoint(id = "x402tasks", defaultAccess = Access.NONE)
final class X402TasksEndpoint {

    private final TaskRegistry tasks;

    private final OperatorJournal journal;

    X402TasksEndpoint(TaskRegistry tasks, OperatorJournal journal) {
        this.tasks = tasks;
        this.journal = journal;
    }

    /** The owner is in the body, because names of callers may not fit into a path. */
    @WriteOperation
    EndedTask end(@Selector String id, @Nullable String caller, @Nullable String payer) {
        TaskKey key = key(id, caller, payer);
        try {
            this.tasks.end(key);
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The task could not be ended", ex);
        }
        this.journal.record("task_ended", "ended a task", (caller != null) ? Map.of("task", id, "caller", caller)
                : Map.of("task", id, "payer", String.valueOf(payer)));
        return new EndedTask(id, true);
    }

    private static TaskKey key(String id, @Nullable String caller, @Nullable String payer) {
        if (caller != null && payer == null) {
            return TaskKey.ofCaller(caller, id);
        }
        if (payer != null && caller == null) {
            return TaskKey.ofPayer(payer, id);
        }
        throw X402Endpoint.invalid("Say whose task it is: either 'caller' or 'payer'");
    }

    /** Task that was ended. */
    record EndedTask(String id, boolean ended) {
    }

}
