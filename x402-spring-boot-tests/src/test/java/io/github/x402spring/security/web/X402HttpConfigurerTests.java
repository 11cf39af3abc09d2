package io.github.x402spring.security.web;

import java.net.URI;
import java.util.List;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.envelope.EnvelopeRenderer;

import static io.github.x402spring.security.web.X402HttpConfigurer.x402;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

@Tag("locale")
class X402HttpConfigurerTests {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
        .withUserConfiguration(Members.class);

    @Test
    void configureWhenAppliedThenTheEnvelopeIsOutsideAndTheCauseIsNotedWhereItIsThrown() {
        this.runner.run((context) -> {
            List<Filter> filters = context.getBean(SecurityFilterChain.class).getFilters();
            assertThat(filters).extracting((filter) -> filter.getClass().getSimpleName())
                .containsSubsequence("HeaderWriterFilter", "DenialEnvelopeFilter", "BasicAuthenticationFilter",
                        "DenialCauses", "AuthorizationFilter");
        });
    }

    @Test
    void configureWhenAScopeIsMissingThenTheDenialNamesIt() {
        this.runner.run((context) -> {
            MockHttpServletResponse response = get(context.getBean("springSecurityFilterChain", Filter.class),
                    "Basic YW5uOnNlY3JldA==");
            assertThat(response.getStatus()).isEqualTo(403);
            assertThat(response.getContentAsString()).contains("\"reason\":\"insufficient_scope\"",
                    "\"scopes\":[\"members\"]");
        });
    }

    @Test
    void configureWhenCredentialsAreWrongThenUnauthenticatedBesideTheChallenge() {
        this.runner.run((context) -> {
            MockHttpServletResponse response = get(context.getBean("springSecurityFilterChain", Filter.class),
                    "Basic YW5uOndyb25n");
            assertThat(response.getStatus()).isEqualTo(401);
            assertThat(response.getHeader("WWW-Authenticate")).startsWith("Basic");
            assertThat(response.getContentAsString()).contains("\"reason\":\"unauthenticated\"");
        });
    }

    @Test
    void configureWhenTheApplicationHasAWriterThenItWrites() {
        this.runner
            .withBean(EnvelopeRenderer.class, () -> new EnvelopeRenderer(URI.create("https://help.example.test")))
            .run((context) -> assertThat(
                    get(context.getBean("springSecurityFilterChain", Filter.class), "Basic YW5uOndyb25n")
                        .getContentAsString())
                .contains("\"contact\":\"https://help.example.test\""));
    }

    private static MockHttpServletResponse get(Filter security, String authorization) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/members");
        request.addHeader("Authorization", authorization);
        MockHttpServletResponse response = new MockHttpServletResponse();
        security.doFilter(request, response, new MockFilterChain());
        return response;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Members {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_members"));
            http.httpBasic(withDefaults());
            http.with(x402(), withDefaults());
            return http.build();
        }

        @Bean
        InMemoryUserDetailsManager users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ann").password("{noop}secret").authorities("ROLE_USER").build());
        }

    }

}
