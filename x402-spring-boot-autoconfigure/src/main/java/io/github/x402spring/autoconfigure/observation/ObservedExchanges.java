package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.observation.DefaultExchangeObservationConvention;
import io.github.x402spring.observation.ExchangeObservationContext;
import io.github.x402spring.observation.ExchangeObservationConvention;
import io.github.x402spring.observation.X402Observation;

/**
 * Observes requests for paid endpoints.
 */
final class ObservedExchanges implements ExchangeListener {

    private static final ExchangeObservationConvention STANDARD = new DefaultExchangeObservationConvention();

    private final ObservationRegistry registry;

    private final @Nullable ExchangeObservationConvention custom;

    private final PaymentNames names;

    ObservedExchanges(ObservationRegistry registry, @Nullable ExchangeObservationConvention custom,
            PaymentNames names) {
        Assert.notNull(registry, "'registry' must not be null");
        this.registry = registry;
        this.custom = custom;
        this.names = names;
    }

    @Override
    public @Nullable Exchange started(ExchangeStart start) {
        if (this.registry.isNoop()) {
            return null;
        }
        ExchangeObservationContext context = new ExchangeObservationContext(start, this.names.facilitator());
        Observation observation = X402Observation.EXCHANGE.start(this.custom, STANDARD, () -> context, this.registry);
        return new ObservedExchange(context, observation, this.names);
    }

    private record ObservedExchange(ExchangeObservationContext context, Observation observation,
            PaymentNames names) implements Exchange {

        @Override
        public Scope enter() {
            Observation.Scope scope = this.observation.openScope();
            return scope::close;
        }

        @Override
        public void ended(ExchangeEnd end) {
            ClaimedPayment payment = end.payment();
            if (payment != null) {
                this.context.setEnd(end, this.names.asset(payment.terms()), this.names.amountText(payment.terms()),
                        this.names.payer(payment.payer()));
            }
            else {
                this.context.setEnd(end);
            }
            this.observation.stop();
        }

    }

}
