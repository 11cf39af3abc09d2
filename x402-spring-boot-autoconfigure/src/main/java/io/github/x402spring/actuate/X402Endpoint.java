package io.github.x402spring.actuate;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.util.Assert;

import io.github.x402spring.gate.PaymentIntake;

/**
 * Shows whether this instance takes payments, and switches it. Whoever may call it may
 * stop all sales: it has to be guarded as other endpoints of Actuator that change
 * something.
 *
 * @since 0.1.0
 */
@Endpoint(id = "x402")
public final class X402Endpoint {

    private final PaymentIntake intake;

    /**
     * Creates an endpoint.
     * @param intake what is shown and switched
     */
    public X402Endpoint(PaymentIntake intake) {
        Assert.notNull(intake, "'intake' must not be null");
        this.intake = intake;
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
     * Says how payments are handled at the moment.
     *
     * @param accepting whether new ones are taken
     */
    public record PaymentStatus(boolean accepting) {
    }

}
