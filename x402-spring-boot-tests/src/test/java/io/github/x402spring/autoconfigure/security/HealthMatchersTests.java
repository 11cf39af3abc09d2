package io.github.x402spring.autoconfigure.security;

import java.util.Arrays;
import java.util.List;

import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class HealthMatchersTests {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
                HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
                EnvironmentEndpointAutoConfiguration.class))
        .withPropertyValues("management.endpoints.web.exposure.include=*",
                "management.endpoint.health.group.live.include=*",
                "management.endpoint.health.group.live.additional-path=server:/livez");

    @Test
    void allWhenHealthIsAskedForThenOneMatchesAndNoneForAnythingElse() {
        this.runner.run((context) -> {
            ServletContext application = context.getServletContext();
            application.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
            assertThat(List.of("/actuator/health", "/actuator/health/live", "/livez"))
                .allMatch((path) -> matches(application, path));
            assertThat(List.of("/actuator/env", "/actuator", "/livez2", "/healthz", "/actuator/healthy", "/health"))
                .noneMatch((path) -> matches(application, path));
        });
    }

    private static boolean matches(ServletContext application, String path) {
        MockHttpServletRequest request = new MockHttpServletRequest(application, "GET", path);
        return Arrays.stream(HealthMatchers.all()).anyMatch((matcher) -> matcher.matches(request));
    }

}
