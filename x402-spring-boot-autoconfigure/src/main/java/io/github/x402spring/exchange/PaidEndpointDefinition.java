package io.github.x402spring.exchange;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;

/**
 * Description of a paid endpoint as configured. Built once at start-up.
 *
 * @param name the endpoint's name
 * @param description what the buyer gets, or the empty string
 * @param mimeType the media type of the response, or the empty string
 * @param authorize the expression that says who may have the response, or {@code null}
 * for the configured default
 * @param flow when the payment is settled
 * @param guarded whether a rule on the handler itself has to let the call through before
 * an {@link PaymentFlow#UPFRONT} payment is settled
 * @param tags what limits know the endpoint by, beside its name
 * @param idempotent whether the handler may run again for a payment that was settled and
 * whose response got lost, or {@code null} to go by the transport's rules
 * @param identifier whether clients name their purchases
 * @since 0.1.0
 */
public record PaidEndpointDefinition(String name, String description, String mimeType, @Nullable String authorize,
        PaymentFlow flow, boolean guarded, Set<String> tags, @Nullable Boolean idempotent,
        PaymentIdentifierMode identifier) {

    public PaidEndpointDefinition {
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(description, "'description' must not be null");
        Objects.requireNonNull(mimeType, "'mimeType' must not be null");
        Objects.requireNonNull(flow, "'flow' must not be null");
        tags = Set.copyOf(tags);
        Objects.requireNonNull(identifier, "'identifier' must not be null");
    }

    /**
     * Describes an endpoint without tags that is run again as the transport's rules say,
     * and whose clients may name their purchases.
     * @param name the endpoint's name
     * @param description what the buyer gets, or the empty string
     * @param mimeType the media type of the response, or the empty string
     * @param authorize the expression that says who may have the response, or
     * {@code null}
     * @param flow when the payment is settled
     * @param guarded whether a rule on the handler itself has to let the call through
     */
    public PaidEndpointDefinition(String name, String description, String mimeType, @Nullable String authorize,
            PaymentFlow flow, boolean guarded) {
        this(name, description, mimeType, authorize, flow, guarded, Set.of(), null, PaymentIdentifierMode.OPTIONAL);
    }

}
