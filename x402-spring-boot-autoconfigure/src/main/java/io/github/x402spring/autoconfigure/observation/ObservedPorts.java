package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentPortDecorator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.observation.AuthorizeObservationConvention;
import io.github.x402spring.observation.FacilitatorObservationConvention;
import io.github.x402spring.observation.LedgerObservationConvention;

/**
 * Observes whatever the gate asks.
 */
final class ObservedPorts implements PaymentPortDecorator {

    private final ObservationRegistry registry;

    private final PaymentNames names;

    private final Conventions conventions;

    ObservedPorts(ObservationRegistry registry, PaymentNames names, Conventions conventions) {
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

    /** Conventions of the application; {@code null} stands for the default. */
    record Conventions(@Nullable FacilitatorObservationConvention facilitator,
            @Nullable AuthorizeObservationConvention authorize, @Nullable LedgerObservationConvention ledger) {
    }

}
