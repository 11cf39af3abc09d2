package io.github.x402spring.actuate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Lets those who run the application end tasks: {@code POST /actuator/x402/tasks/{id}}.
 * Whose task it is stands in the body, because names of callers may have characters that
 * no path takes. Whoever may call it has to be said by the application's own security.
 *
 * @since 0.1.0
 */
@Endpoint(id = "x402")
public final class X402Endpoint {

    private static final String TASKS = "tasks";

    private static final Logger logger = LoggerFactory.getLogger(X402Endpoint.class);

    private final TaskRegistry tasks;

    /**
     * Creates an endpoint.
     * @param tasks remembers which tasks were ended
     */
    public X402Endpoint(TaskRegistry tasks) {
        this.tasks = tasks;
    }

    /**
     * Ends a task on all instances that share the registry: from now on nothing is
     * settled for it.
     * @param section what to end: {@code tasks}
     * @param id the task's id
     * @param caller the name of the caller whose task it is, or {@code null}
     * @param payer the address of the wallet whose task it is where nobody knows the
     * caller by name, or {@code null}; exactly one of both is given
     * @return the task that was ended
     */
    @WriteOperation
    public EndedTask end(@Selector String section, @Selector String id, @Nullable String caller,
            @Nullable String payer) {
        if (!TASKS.equals(section)) {
            throw new InvalidEndpointRequestException("There is nothing of this kind to end", "unknown section");
        }
        try {
            this.tasks.end(key(id, caller, payer));
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The task could not be ended", ex);
        }
        logger.info("A task was ended");
        return new EndedTask(id, true);
    }

    private static TaskKey key(String id, @Nullable String caller, @Nullable String payer) {
        if (caller != null && payer == null) {
            return TaskKey.ofCaller(caller, id);
        }
        if (payer != null && caller == null) {
            return TaskKey.ofPayer(payer, id);
        }
        throw new InvalidEndpointRequestException("Say whose task it is: either 'caller' or 'payer'",
                "caller or payer missing, or both given");
    }

    /**
     * Is a task that was ended.
     *
     * @param id the task's id
     * @param ended always {@code true}
     */
    public record EndedTask(String id, boolean ended) {
    }

}
