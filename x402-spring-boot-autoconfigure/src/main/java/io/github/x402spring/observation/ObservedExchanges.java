package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;

/**
 * Observes requests for paid endpoints.
 *
 * @since 0.1.0
 */
public final class ObservedExchanges implements ExchangeListener {

    private final ObservationRegistry registry;

    private final @Nullable ExchangeObservationConvention custom;

    private final ExchangeObservationConvention standard;

    /**
     * Creates a listener.
     * @param registry where observations go
     * @param custom the application's convention, or {@code null} for the default
     * @param names names what payments are made of
     */
    public ObservedExchanges(ObservationRegistry registry, @Nullable ExchangeObservationConvention custom,
            PaymentNames names) {
        Assert.notNull(registry, "'registry' must not be null");
        this.registry = registry;
        this.custom = custom;
        this.standard = new DefaultExchangeObservationConvention(names);
    }

    @Override
    public @Nullable Exchange started(ExchangeStart start) {
        if (this.registry.isNoop()) {
            return null;
        }
        ExchangeObservationContext context = new ExchangeObservationContext(start);
        Observation observation = X402Observation.EXCHANGE.start(this.custom, this.standard, () -> context,
                this.registry);
        return new ObservedExchange(context, observation);
    }

    private record ObservedExchange(ExchangeObservationContext context, Observation observation) implements Exchange {

        @Override
        public Scope enter() {
            Observation.Scope scope = this.observation.openScope();
            return scope::close;
        }

        @Override
        public void ended(ExchangeEnd end) {
            this.context.setEnd(end);
            this.observation.stop();
        }

    }

}
