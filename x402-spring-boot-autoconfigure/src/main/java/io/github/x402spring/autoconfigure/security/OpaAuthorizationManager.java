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
import io.github.x402spring.security.X402AuthorizationDecision;

/**
 * Authorization manager that has Open Policy Agent decide, through its REST data API. The
 * input has {@code subject}, {@code action}, {@code resource} and {@code payment}; the
 * result is {@code true} or {@code false}, or an object with {@code allow} and,
 * optionally, {@code reason}, {@code obligations} and {@code advice}. A policy that is
 * not defined denies; a reply that is missing or unreadable refuses the request with 503.
 * Thread-safe.
 *
 * @see <a href="https://www.openpolicyagent.org/docs/rest-api#data-api">OPA, data API</a>
 */
final class OpaAuthorizationManager extends PolicyDecisionPoint implements AuthorizationManager<PaidRequest> {

    private static final String POLICY = "opa";

    /**
     * Creates an authorization manager.
     * @param uri the address of the rule, such as
     * {@code http://localhost:8181/v1/data/shop/paid}
     * @param builder the client to start from, for credentials; it is copied, and its
     * request factory is not used
     * @param timeout the time to wait for a reply, from the first to the last byte
     * @param maxConcurrentCalls the number of calls that may be in flight at once; more
     * are refused
     */
    public OpaAuthorizationManager(URI uri, RestClient.Builder builder, Duration timeout, int maxConcurrentCalls) {
        super("Open Policy Agent", uri, builder, timeout, maxConcurrentCalls);
    }

    @Override
    public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
            PaidRequest request) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("subject", PolicyQuestion.subject(authentication.get()));
        input.put("action", Map.of("name", request.request().method()));
        input.put("resource", PolicyQuestion.resource(request));
        input.put("payment", PolicyQuestion.payment(request.payment()));
        Map<String, @Nullable Object> reply = call(Map.of("input", input));
        PolicyReply.requireNoObligations(reply, this);
        Object result = reply.get("result");
        return switch (result) {
            case null -> X402AuthorizationDecision.denied().policy(POLICY).cause("undefined").build();
            case Boolean allow -> PolicyReply.decision(allow, Map.of(), this, POLICY);
            case Map<?, ?> object when object.get("allow") instanceof Boolean allow -> {
                PolicyReply.requireNoObligations(PolicyReply.object(object.get("context"), this), this);
                yield PolicyReply.decision(allow, object, this, POLICY);
            }
            default -> throw unusable();
        };
    }

}
