package io.github.x402spring.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Default {@link ExchangeObservationConvention}. Values of meters are from closed sets;
 * payer and transaction are on spans only.
 *
 * @since 0.1.0
 */
public class DefaultExchangeObservationConvention implements ExchangeObservationConvention {

    private static final KeyValue UNDECIDED = PaymentKeyName.DECISION.withValue(KeyValue.NONE_VALUE);

    private static final KeyValue UNDELIVERED = PaymentKeyName.DELIVERY
        .withValue(DeliveredResponse.Delivery.NONE.value());

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
        String scheme = (terms != null) ? terms.scheme() : KeyValue.NONE_VALUE;
        String network = (terms != null) ? terms.network().toString() : KeyValue.NONE_VALUE;
        return KeyValues.of(PaymentKeyName.ENDPOINT.withValue(start.endpoint().name()),
                PaymentKeyName.FLOW.withValue(start.endpoint().flow().name().toLowerCase(Locale.ROOT)),
                PaymentKeyName.RAIL.withValue(start.rail()),
                (end != null) ? PaymentKeyName.DECISION.withValue(end.decision().value()) : UNDECIDED,
                PaymentKeyName.REASON.withValue(reason((end != null) ? end.reason() : null)),
                (end != null) ? PaymentKeyName.DELIVERY.withValue(end.response().delivery().value()) : UNDELIVERED,
                PaymentKeyName.SCHEME.withValue(scheme), PaymentKeyName.NETWORK.withValue(network),
                PaymentKeyName.ASSET.withValue(context.getAsset()),
                PaymentKeyName.FACILITATOR.withValue(context.getFacilitator()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ExchangeObservationContext context) {
        ExchangeEnd end = context.getEnd();
        String transaction = (end != null) ? end.transaction() : null;
        return KeyValues.of(PaymentKeyName.REQUEST_ID.withValue(context.getStart().requestId()),
                PaymentKeyName.PAYER.withValue(context.getPayer()),
                PaymentKeyName.AMOUNT.withValue(context.getAmount()), PaymentKeyName.TRANSACTION
                    .withValue((transaction != null && !transaction.isEmpty()) ? transaction : KeyValue.NONE_VALUE));
    }

    private static @Nullable PaymentRequirements terms(@Nullable ExchangeEnd end) {
        ClaimedPayment payment = (end != null) ? end.payment() : null;
        return (payment != null) ? payment.terms() : null;
    }

    static String reason(@Nullable Reason reason) {
        return (reason != null) ? reason.value() : KeyValue.NONE_VALUE;
    }

}
