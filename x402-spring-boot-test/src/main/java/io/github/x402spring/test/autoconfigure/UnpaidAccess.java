package io.github.x402spring.test.autoconfigure;

import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.webmvc.PaidEndpointRegistry;
import io.github.x402spring.webmvc.UnpaidFunctions;

/**
 * Guard of paid handlers while payments are off: it applies the policy, as the gate does,
 * without payments. A refusal is that of Spring Security.
 * <p>
 * A handler that asks for the {@link VerifiedPayment} gets one of the amount zero, or
 * none if its parameter may be empty.
 */
final class UnpaidAccess implements HandlerInterceptor, HandlerMethodArgumentResolver, UnpaidFunctions {

    private static final String ATTRIBUTE = UnpaidAccess.class.getName();

    private static final Duration VALIDITY = Duration.ofMinutes(5);

    private final PaidEndpointRegistry registry;

    private final PaymentAuthorizer authorizer;

    private final Clock clock;

    UnpaidAccess(PaidEndpointRegistry registry, PaymentAuthorizer authorizer, Clock clock) {
        this.registry = registry;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        PaidEndpointDefinition endpoint = (handler instanceof HandlerMethod method)
                ? this.registry.definition(method).orElse(null) : null;
        if (endpoint != null) {
            check(endpoint, request);
        }
        return true;
    }

    @Override
    public void check(PaidEndpointDefinition endpoint, HttpServletRequest request) {
        if (!(request.getAttribute(ATTRIBUTE) instanceof VerifiedPayment known
                && known.endpoint().equals(endpoint.name()))) {
            VerifiedPayment payment = standIn(endpoint, request);
            check(endpoint, new UnpaidExchange(request), payment);
            request.setAttribute(ATTRIBUTE, payment);
        }
    }

    private void check(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
        if (this.authorizer.lacksIdentity(endpoint, exchange)) {
            throw new AccessDeniedException("Paid endpoint '" + endpoint.name() + "' asks for an identity");
        }
        switch (this.authorizer.authorize(endpoint, exchange, payment)) {
            case Permission.Granted granted when granted.redaction() != null ->
                throw new IllegalStateException("A policy limits the response of paid endpoint '" + endpoint.name()
                        + "', which is done with payments only: test it with @AutoConfigureX402 as it is");
            case Permission.Granted granted -> {
            }
            // A payer binding needs a payment.
            case Permission.Denied denied when denied.denial().reason() == Reason.PAYER_NOT_BOUND -> {
            }
            case Permission.Failed failed ->
                throw new IllegalStateException("The policy of paid endpoint '" + endpoint.name() + "' failed");
            case Permission.Denied denied ->
                throw new AccessDeniedException("The policy of paid endpoint '" + endpoint.name() + "' denies access");
        }
    }

    private VerifiedPayment standIn(PaidEndpointDefinition endpoint, HttpServletRequest request) {
        PaidEndpointListing.Terms terms = this.registry.endpoints()
            .stream()
            .filter((listing) -> listing.definition().name().equals(endpoint.name()))
            .flatMap((listing) -> listing.terms().stream())
            .findFirst()
            .orElse(new PaidEndpointListing.Terms("", "exact", "eip155:84532", "", "", 1));
        return new VerifiedPayment(endpoint.name(), request.getRequestURL().toString(), terms.scheme(),
                Network.parse(terms.network()), terms.asset(), TokenAmount.of(0), terms.payTo(),
                TestWallet.named("buyer").address(), this.clock.instant().plus(VALIDITY));
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == VerifiedPayment.class;
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
            NativeWebRequest request, @Nullable WebDataBinderFactory binderFactory) {
        if (parameter.getParameterType() == Optional.class) {
            return Optional.empty();
        }
        HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
        Object payment = (servletRequest != null) ? servletRequest.getAttribute(ATTRIBUTE) : null;
        if (payment == null && !parameter.isOptional()) {
            throw new IllegalStateException("The handler asks for a VerifiedPayment and is not a paid endpoint");
        }
        return parameter.isOptional() ? null : payment;
    }

    /**
     * Request without a payment.
     */
    private record UnpaidExchange(HttpServletRequest request) implements PaidExchange {

        @Override
        public String method() {
            return this.request.getMethod();
        }

        @Override
        public String resource() {
            return this.request.getRequestURL().toString();
        }

        @Override
        @SuppressWarnings("unchecked")
        public Map<String, String> pathVariables() {
            Object variables = this.request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
            return (variables instanceof Map) ? (Map<String, String>) variables : Map.of();
        }

        @Override
        public @Nullable String query() {
            return this.request.getQueryString();
        }

        @Override
        public List<String> headers(String name) {
            return Collections.list(this.request.getHeaders(name));
        }

        @Override
        public @Nullable String caller() {
            Principal caller = this.request.getUserPrincipal();
            return (caller != null) ? caller.getName() : null;
        }

        @Override
        public @Nullable String remoteAddress() {
            return this.request.getRemoteAddr();
        }

        @Override
        public <T> @Nullable T unwrap(Class<T> type) {
            return WebUtils.getNativeRequest(this.request, type);
        }

    }

}
