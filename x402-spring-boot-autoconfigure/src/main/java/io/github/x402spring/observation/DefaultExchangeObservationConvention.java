package io.github.x402spring.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Describes requests for paid endpoints with values from closed sets, and payer and
 * transaction on spans only.
 *
 * @since 0.1.0
 */
public final class DefaultExchangeObservationConvention implements ExchangeObservationConvention {

    private static final KeyValue UNDECIDED = PaymentKeyName.DECISION.withValue(PaymentNames.NONE);

    private static final KeyValue UNDELIVERED = PaymentKeyName.DELIVERY
        .withValue(DeliveredResponse.Delivery.NONE.value());

    private final PaymentNames names;

    /**
     * Creates a convention.
     * @param names names what payments are made of
     */
    public DefaultExchangeObservationConvention(PaymentNames names) {
        Assert.notNull(names, "'names' must not be null");
        this.names = names;
    }

    @Override
    public String getName() {
        return X402Observation.EXCHANGE.getName();
    }

    @Override
    public String getContextualName(ExchangeObservationContext context) {
        return X402Observation.EXCHANGE.getContextualName() + " " + context.getStart().endpoint().name();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ExchangeObservationContext context) {
        ExchangeStart start = context.getStart();
        ExchangeEnd end = context.getEnd();
        PaymentRequirements terms = terms(end);
        return KeyValues.of(PaymentKeyName.ENDPOINT.withValue(start.endpoint().name()),
                PaymentKeyName.FLOW.withValue(start.endpoint().flow().name().toLowerCase(Locale.ROOT)),
                PaymentKeyName.RAIL.withValue(start.rail()),
                (end != null) ? PaymentKeyName.DECISION.withValue(end.decision().value()) : UNDECIDED,
                PaymentKeyName.REASON.withValue(reason((end != null) ? end.reason() : null)),
                (end != null) ? PaymentKeyName.DELIVERY.withValue(end.answer().delivery().value()) : UNDELIVERED,
                PaymentKeyName.SCHEME.withValue(this.names.scheme(terms)),
                PaymentKeyName.NETWORK.withValue(this.names.network(terms)),
                PaymentKeyName.ASSET.withValue(this.names.asset(terms)),
                PaymentKeyName.FACILITATOR.withValue(this.names.facilitator()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ExchangeObservationContext context) {
        ExchangeEnd end = context.getEnd();
        ClaimedPayment payment = (end != null) ? end.payment() : null;
        String transaction = (end != null) ? end.transaction() : null;
        return KeyValues.of(PaymentKeyName.REQUEST_ID.withValue(context.getStart().requestId()),
                PaymentKeyName.PAYER
                    .withValue((payment != null) ? this.names.payer(payment.payer()) : PaymentNames.NONE),
                PaymentKeyName.AMOUNT.withValue(this.names.amountText(terms(end))), PaymentKeyName.TRANSACTION
                    .withValue((transaction != null && !transaction.isEmpty()) ? transaction : PaymentNames.NONE));
    }

    private static @Nullable PaymentRequirements terms(@Nullable ExchangeEnd end) {
        ClaimedPayment payment = (end != null) ? end.payment() : null;
        return (payment != null) ? payment.terms() : null;
    }

    static String reason(@Nullable Reason reason) {
        return (reason != null) ? reason.value() : PaymentNames.NONE;
    }

}
