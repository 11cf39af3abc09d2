package io.github.x402spring.envelope;

import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.DecisionEnvelope;
import io.github.x402spring.decision.Reason;

/**
 * Finds out whether the payment of a request was charged that is refused before anything
 * looks at the payment, as by Spring Security: the same payment may have been presented
 * before. Called for refusals only; thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChargeResolver {

    /**
     * Finds out whether the payment of a request was charged.
     * @param request the request
     * @return whether it was, {@code UNKNOWN} if that was not found out; {@code null} if
     * the request presents no payment
     */
    @Nullable Charged charged(HttpServletRequest request);

    /**
     * Explains a refusal, and says of the payment what is known of it.
     * @param resolver knows of payments; {@code null} if none are taken
     * @param request the request
     * @param reason why it is refused
     * @param required what was asked for, by kind
     * @return the explanation
     */
    static DecisionEnvelope explain(@Nullable ChargeResolver resolver, HttpServletRequest request, Reason reason,
            Map<String, Object> required) {
        RequestIds ids = RequestIds.of(request);
        Charged charged = (resolver != null) ? resolver.charged(request) : null;
        return (charged != null)
                ? new DecisionEnvelope(reason, ids.requestId(), ids.traceId(), required, charged.paymentState(),
                        charged, "", null)
                : new DecisionEnvelope(reason, ids.requestId(), ids.traceId(), required, "none", "", null);
    }

}
