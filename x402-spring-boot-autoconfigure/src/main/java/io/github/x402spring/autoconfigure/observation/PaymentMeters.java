package io.github.x402spring.autoconfigure.observation;

import java.math.BigDecimal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Counters of what timers do not show: earnings, replays, and responses that were too
 * long to be held.
 */
final class PaymentMeters implements ExchangeListener, ExchangeListener.Exchange {

    private final MeterRegistry registry;

    private final PaymentNames names;

    PaymentMeters(MeterRegistry registry, PaymentNames names) {
        Assert.notNull(registry, "'registry' must not be null");
        Assert.notNull(names, "'names' must not be null");
        this.registry = registry;
        this.names = names;
    }

    @Override
    public Exchange started(ExchangeStart start) {
        return this;
    }

    @Override
    public void ended(ExchangeEnd end) {
        Tags endpoint = Tags.of(PaymentKeyName.ENDPOINT.asString(), end.start().endpoint().name());
        ClaimedPayment payment = end.payment();
        if (end.decision() == ExchangeDecision.SETTLED && payment != null) {
            earned(endpoint, payment.terms());
        }
        if (end.decision() == ExchangeDecision.REPLAYED) {
            count(X402Meter.REPLAYS, endpoint.and(PaymentKeyName.REASON.asString(), PaymentNames.reason(end.reason())));
        }
        if (end.response().overflowed()) {
            count(X402Meter.HELD_OVERFLOW, endpoint);
        }
    }

    private void earned(Tags endpoint, PaymentRequirements terms) {
        BigDecimal amount = this.names.amount(terms);
        if (amount != null) {
            Tags tags = endpoint.and(PaymentKeyName.NETWORK.asString(), this.names.network(terms),
                    PaymentKeyName.ASSET.asString(), this.names.asset(terms), PaymentKeyName.FACILITATOR.asString(),
                    this.names.facilitator());
            counter(X402Meter.SETTLED_AMOUNT, tags).increment(amount.doubleValue());
        }
    }

    private void count(X402Meter meter, Tags tags) {
        counter(meter, tags).increment();
    }

    private Counter counter(X402Meter meter, Tags tags) {
        return Counter.builder(meter.getName()).description(meter.getDescription()).tags(tags).register(this.registry);
    }

}
