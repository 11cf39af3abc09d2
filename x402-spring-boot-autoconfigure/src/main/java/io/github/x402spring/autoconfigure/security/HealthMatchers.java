package io.github.x402spring.autoconfigure.security;

import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Request matchers of the health endpoint, apart from other classes because Actuator is
 * optional.
 */
final class HealthMatchers {

    private HealthMatchers() {
    }

    static RequestMatcher[] all() {
        return new RequestMatcher[] { EndpointRequest.to(HealthEndpoint.class),
                EndpointRequest.toAdditionalPaths(WebServerNamespace.SERVER, HealthEndpoint.class) };
    }

}
