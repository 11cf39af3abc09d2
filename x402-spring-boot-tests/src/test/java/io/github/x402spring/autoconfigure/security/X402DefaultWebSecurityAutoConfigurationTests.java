package io.github.x402spring.autoconfigure.security;

import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class X402DefaultWebSecurityAutoConfigurationTests {

    private static final String DEFAULT_CHAIN = "x402DefaultSecurityFilterChain";

    private static final String FACILITATOR_CHAIN = "x402FacilitatorServerSecurityFilterChain";

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @Test
    void whenAPaidEndpointIsAskedForThenItsChainIsForMachines() {
        this.runner.run((context) -> {
            assertThat(chainFor(context, "/weather"))
                .isSameAs(context.getBean(X402DefaultWebSecurityAutoConfiguration.PAID_ENDPOINTS_CHAIN));
            assertThat(filters(context, X402DefaultWebSecurityAutoConfiguration.PAID_ENDPOINTS_CHAIN))
                .contains("BasicAuthenticationFilter", "DenialEnvelopeFilter", "CorsFilter")
                .doesNotContain("CsrfFilter", "UsernamePasswordAuthenticationFilter", "RequestCacheAwareFilter");
        });
    }

    @Test
    void whenAnythingElseIsAskedForThenBootsDefaultsProtectIt() {
        this.runner.run((context) -> {
            assertThat(chainFor(context, "/free")).isSameAs(context.getBean(DEFAULT_CHAIN));
            assertThat(filters(context, DEFAULT_CHAIN)).contains("CsrfFilter", "UsernamePasswordAuthenticationFilter",
                    "BasicAuthenticationFilter", "AuthorizationFilter");
            assertThat(status(context, "/free")).isEqualTo(401);
            assertThat(status(context, "/weather")).isEqualTo(200);
        });
    }

    @Test
    void whenTheFacilitatorIsServedThenItAsksWhoCallsBeforeAnythingElse() {
        this.runner.withPropertyValues("x402.facilitator.server.enabled=true").run((context) -> {
            assertThat(chainFor(context, "/facilitator/settle")).isSameAs(context.getBean(FACILITATOR_CHAIN));
            assertThat(filters(context, FACILITATOR_CHAIN)).contains("AuthorizationFilter")
                .doesNotContain("CsrfFilter", "RequestCacheAwareFilter");
            assertThat(status(context, "/facilitator/settle")).isEqualTo(401);
            assertThat(status(context, "/facilitator/supported")).isEqualTo(401);
        });
    }

    @Test
    void whenTheFacilitatorIsNotServedThenItHasNoChain() {
        this.runner.run((context) -> assertThat(context).doesNotHaveBean(FACILITATOR_CHAIN));
    }

    @Test
    void whenTheApplicationHasAChainThenItIsTheOnlyOne() {
        SecurityFilterChain own = mock();
        this.runner.withBean("own", SecurityFilterChain.class, () -> own)
            .withPropertyValues("x402.facilitator.server.enabled=true")
            .run((context) -> assertThat(context).getBeans(SecurityFilterChain.class).containsOnlyKeys("own"));
    }

    @Test
    void whenThereIsNoDispatcherServletThenBacksOff() {
        new WebApplicationContextRunner().withUserConfiguration(X402DefaultWebSecurityAutoConfiguration.class)
            .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SecurityFilterChain.class));
    }

    @Test
    void whenItIsNoWebApplicationThenBacksOff() {
        new ApplicationContextRunner().withUserConfiguration(X402DefaultWebSecurityAutoConfiguration.class)
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SecurityFilterChain.class));
    }

    private static SecurityFilterChain chainFor(AssertableWebApplicationContext context, String path) {
        MockHttpServletRequest request = request(context, path);
        return proxy(context).getFilterChains()
            .stream()
            .filter((chain) -> chain.matches(request))
            .findFirst()
            .orElseThrow();
    }

    private static List<String> filters(AssertableWebApplicationContext context, String chain) {
        return context.getBean(chain, SecurityFilterChain.class)
            .getFilters()
            .stream()
            .map((filter) -> filter.getClass().getSimpleName())
            .toList();
    }

    private static int status(AssertableWebApplicationContext context, String path) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        proxy(context).doFilter(request(context, path), response, (request, answer) -> {
        });
        return response.getStatus();
    }

    private static MockHttpServletRequest request(WebApplicationContext context, String path) {
        ServletContext application = context.getServletContext();
        application.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
        return new MockHttpServletRequest(application, "GET", path);
    }

    private static FilterChainProxy proxy(AssertableWebApplicationContext context) {
        return context.getBeansOfType(Filter.class)
            .values()
            .stream()
            .filter(FilterChainProxy.class::isInstance)
            .map(FilterChainProxy.class::cast)
            .findFirst()
            .orElseThrow();
    }

    @RestController
    static class Shop {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        String weather() {
            return "clear";
        }

        @GetMapping("/free")
        String free() {
            return "free";
        }

    }

}
