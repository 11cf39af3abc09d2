package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

/**
 * Default {@link AuthorizeObservationConvention}. All values are from closed sets.
 *
 * @since 0.1.0
 */
public class DefaultAuthorizeObservationConvention implements AuthorizeObservationConvention {

    @Override
    public String getName() {
        return X402Observation.AUTHORIZE.getName();
    }

    @Override
    public String getContextualName(AuthorizeObservationContext context) {
        return X402Observation.AUTHORIZE.getContextualName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(AuthorizeObservationContext context) {
        Permission permission = context.getPermission();
        String outcome = switch (permission) {
            case null -> context.isEnded() ? "failed" : KeyValue.NONE_VALUE;
            case Permission.Granted granted -> "granted";
            case Permission.Denied denied -> "denied";
            case Permission.Failed failed -> "failed";
        };
        Reason reason = (permission instanceof Permission.Denied denied) ? denied.denial().reason() : null;
        return KeyValues.of(PaymentKeyName.ENDPOINT.withValue(context.getEndpoint().name()),
                PaymentKeyName.OUTCOME.withValue(outcome),
                PaymentKeyName.REASON.withValue(DefaultExchangeObservationConvention.reason(reason)));
    }

}
