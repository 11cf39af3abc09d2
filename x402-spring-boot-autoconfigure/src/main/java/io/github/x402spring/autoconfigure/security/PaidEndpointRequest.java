package io.github.x402spring.autoconfigure.security;

import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.security.web.servlet.ApplicationContextRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * Creates request matchers for paid endpoints, for an application's own security filter
 * chains.
 *
 * @since 0.1.0
 */
public final class PaidEndpointRequest {

    private PaidEndpointRequest() {
    }

    /**
     * Matches requests to whose path a paid endpoint is mapped, and the error pages of
     * such requests. Built from the parsed patterns of the handler mappings.
     * @return the matcher
     */
    public static RequestMatcher toAnyPaidEndpoint() {
        return new PaidEndpointRequestMatcher();
    }

    private static final class PaidEndpointRequestMatcher
            extends ApplicationContextRequestMatcher<PaidEndpointRegistry> {

        PaidEndpointRequestMatcher() {
            super(PaidEndpointRegistry.class);
        }

        @Override
        protected boolean ignoreApplicationContext(WebApplicationContext context) {
            return context.getBeanNamesForType(PaidEndpointRegistry.class).length == 0;
        }

        @Override
        protected boolean matches(HttpServletRequest request, Supplier<PaidEndpointRegistry> registry) {
            return registry.get().mayBePaid(request);
        }

    }

}
