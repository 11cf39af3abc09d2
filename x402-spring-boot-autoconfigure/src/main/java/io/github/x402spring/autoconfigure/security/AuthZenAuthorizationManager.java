package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.web.client.RestClient;

import io.github.x402spring.security.PaidRequest;

/**
 * Authorization manager that has a policy decision point decide through the Access
 * Evaluation API of OpenID AuthZEN 1.0. The payment travels in {@code context.payment};
 * {@code context} of the reply may carry {@code reason}, {@code obligations} and
 * {@code advice}. A reply that is missing or unreadable refuses the request with 503.
 * Thread-safe.
 *
 * @see <a href="https://openid.net/specs/authorization-api-1_0.html">Authorization API
 * 1.0</a>
 */
final class AuthZenAuthorizationManager extends PolicyDecisionPoint implements AuthorizationManager<PaidRequest> {

    private static final String POLICY = "authzen";

    /**
     * Creates an authorization manager.
     * @param uri the address of the evaluation endpoint, such as
     * {@code https://pdp.example.com/access/v1/evaluation}
     * @param builder the client to start from, for credentials; it is copied, and its
     * request factory is not used
     * @param timeout the time to wait for a reply, from the first to the last byte
     * @param maxConcurrentCalls the number of calls that may be in flight at once; more
     * are refused
     */
    public AuthZenAuthorizationManager(URI uri, RestClient.Builder builder, Duration timeout, int maxConcurrentCalls) {
        super("The policy decision point", uri, builder, timeout, maxConcurrentCalls);
    }

    @Override
    public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
            PaidRequest request) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("subject", PolicyQuestion.subject(authentication.get()));
        question.put("action", Map.of("name", request.request().method()));
        question.put("resource", PolicyQuestion.resource(request));
        question.put("context", Map.of("payment", PolicyQuestion.payment(request.payment())));
        Map<String, @Nullable Object> reply = call(question);
        if (!(reply.get("decision") instanceof Boolean granted)) {
            throw unusable();
        }
        PolicyReply.requireNoObligations(reply, this);
        Map<?, ?> context = PolicyReply.object(reply.get("context"), this);
        return PolicyReply.decision(granted, context, this, POLICY);
    }

}
