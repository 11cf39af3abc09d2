package io.github.x402spring.actuate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.util.Assert;

import io.github.x402spring.gate.PaymentIntake;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Shows whether this instance takes payments, switches it, and ends tasks. Whoever may
 * call it may stop all sales: it has to be guarded as other endpoints of Actuator that
 * change something.
 *
 * @since 0.1.0
 */
@Endpoint(id = "x402")
public final class X402Endpoint {

    private static final String TASKS = "tasks";

    private static final Logger logger = LoggerFactory.getLogger(X402Endpoint.class);

    private final PaymentIntake intake;

    private final TaskRegistry tasks;

    /**
     * Creates an endpoint.
     * @param intake what is shown and switched
     * @param tasks remembers which tasks were ended
     */
    public X402Endpoint(PaymentIntake intake, TaskRegistry tasks) {
        Assert.notNull(intake, "'intake' must not be null");
        Assert.notNull(tasks, "'tasks' must not be null");
        this.intake = intake;
        this.tasks = tasks;
    }

    /**
     * Shows whether payments are taken.
     * @return whether they are
     */
    @ReadOperation
    public PaymentStatus status() {
        return new PaymentStatus(this.intake.accepting());
    }

    /**
     * Has payments taken or refused from now on, until the next start. Those that were
     * admitted are finished.
     * @param accepting whether to take them
     * @return whether they are taken now
     */
    @WriteOperation
    public PaymentStatus accept(boolean accepting) {
        this.intake.accept(accepting);
        return status();
    }

    /**
     * Ends a task on all instances that share the registry: from now on nothing is
     * settled for it. Whose task it is stands in the body, because names of callers may
     * have characters that no path takes.
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
     * Says how payments are handled at the moment.
     *
     * @param accepting whether new ones are taken
     */
    public record PaymentStatus(boolean accepting) {
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
