package io.github.x402spring.observation;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentPortDecorator;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Observes whatever the gate asks.
 *
 * @since 0.1.0
 */
public final class ObservedPorts implements PaymentPortDecorator {

    private final ObservationRegistry registry;

    private final PaymentNames names;

    private final Conventions conventions;

    /**
     * Creates a decorator.
     * @param registry where observations go
     * @param names names what payments are made of
     * @param conventions the application's conventions
     */
    public ObservedPorts(ObservationRegistry registry, PaymentNames names, Conventions conventions) {
        Assert.notNull(registry, "'registry' must not be null");
        Assert.notNull(names, "'names' must not be null");
        Assert.notNull(conventions, "'conventions' must not be null");
        this.registry = registry;
        this.names = names;
        this.conventions = conventions;
    }

    @Override
    public Facilitator decorate(Facilitator facilitator) {
        return idle() ? facilitator
                : new ObservedFacilitator(facilitator, this.registry, this.conventions.facilitator(), this.names);
    }

    @Override
    public PaymentLedger decorate(PaymentLedger ledger) {
        return idle() ? ledger : new ObservedLedger(ledger, this.registry, this.conventions.ledger());
    }

    @Override
    public PaymentAuthorizer decorate(PaymentAuthorizer authorizer) {
        return idle() ? authorizer : new ObservedAuthorizer(authorizer, this.registry, this.conventions.authorize());
    }

    /** One that merely has no handlers yet may get some. */
    private boolean idle() {
        return this.registry == ObservationRegistry.NOOP;
    }

    /**
     * Holds the application's conventions.
     *
     * @param facilitator of calls to the facilitator, or {@code null} for the default
     * @param authorize of what policies decide, or {@code null} for the default
     * @param ledger of what the ledger is asked, or {@code null} for the default
     */
    public record Conventions(@Nullable FacilitatorObservationConvention facilitator,
            @Nullable AuthorizeObservationConvention authorize, @Nullable LedgerObservationConvention ledger) {
    }

}
