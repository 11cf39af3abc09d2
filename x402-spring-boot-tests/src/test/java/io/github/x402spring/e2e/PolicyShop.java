package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PolicyAuditEvent;
import io.github.x402spring.security.X402AuthorizationDecision;

/**
 * Sells to who may have it, as a policy says that tests choose.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableMethodSecurity
class PolicyShop {

    static final String ALICE = basic("alice");

    static final String BOB = basic("bob");

    private static String basic(String name) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((name + ":secret").getBytes(StandardCharsets.US_ASCII));
    }

    @Bean
    Deliveries deliveries() {
        return new Deliveries();
    }

    @Bean
    FakeFacilitator facilitator() {
        return new FakeFacilitator();
    }

    @Bean
    Policy policy() {
        return new Policy();
    }

    /** Decides for the endpoints that name it, and no others. */
    @Bean(defaultCandidate = false)
    AuthorizationManager<PaidRequest> plan() {
        return (authentication, request) -> "alice".equals(authentication.get().getName())
                ? X402AuthorizationDecision.granted().obligation("redact", Map.of("fields", List.of("sky"))).build()
                : X402AuthorizationDecision.denied().policy("plan").build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("alice").password("{noop}secret").authorities("SCOPE_weather").build(),
                User.withUsername("bob")
                    .password("{noop}secret")
                    .authorities("ROLE_GUEST")
                    .build())::loadUserByUsername;
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        http.authorizeHttpRequests((requests) -> requests.requestMatchers("/members/**")
            .hasAuthority("SCOPE_members")
            .anyRequest()
            .permitAll());
        http.csrf(AbstractHttpConfigurer::disable);
        http.httpBasic(Customizer.withDefaults());
        return http.build();
    }

    /**
     * Is what the shop's policy says at the moment.
     */
    static final class Policy implements AuthorizationManager<PaidRequest> {

        private final AtomicReference<@Nullable AuthorizationResult> answer = new AtomicReference<>();

        private final List<AuthorizationResult> denials = new CopyOnWriteArrayList<>();

        private final List<PolicyAuditEvent> audited = new CopyOnWriteArrayList<>();

        void says(@Nullable AuthorizationResult answer) {
            this.answer.set(answer);
            this.denials.clear();
            this.audited.clear();
        }

        List<AuthorizationResult> denials() {
            return this.denials;
        }

        List<PolicyAuditEvent> audited() {
            return this.audited;
        }

        @Override
        public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
                PaidRequest request) {
            return this.answer.get();
        }

        @EventListener
        void denied(AuthorizationDeniedEvent<?> event) {
            this.denials.add(event.getAuthorizationResult());
        }

        @EventListener
        void audited(PolicyAuditEvent event) {
            this.audited.add(event);
        }

    }

    @RestController
    static class Counter {

        private final Deliveries deliveries;

        Counter(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @GetMapping(path = "/forecast", produces = MediaType.APPLICATION_JSON_VALUE)
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        Map<String, Object> forecast() {
            this.deliveries.run("forecast");
            return Map.of("sky", "clear", "secret", "pressure", "days", List.of(Map.of("c", 21, "f", 70)));
        }

        @GetMapping(path = "/planned", produces = MediaType.APPLICATION_JSON_VALUE)
        @PaidEndpoint(price = "$0.01", authorize = "@plan")
        Map<String, Object> planned() {
            return Map.of("sky", this.deliveries.run("planned"), "secret", "pressure");
        }

        @GetMapping("/silent")
        @PaidEndpoint(price = "$0.01", authorize = "authentication.name")
        String silent() {
            return this.deliveries.run("silent");
        }

        @GetMapping("/text")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String text() {
            return this.deliveries.run("secret text");
        }

        @GetMapping(path = "/stream", produces = MediaType.APPLICATION_JSON_VALUE)
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        StreamingResponseBody stream() {
            String document = "{\"sky\":\"" + this.deliveries.run("secret stream") + "\"}";
            return (out) -> out.write(document.getBytes(StandardCharsets.UTF_8));
        }

        @GetMapping("/upfront")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        Map<String, Object> upfront() {
            return Map.of("sky", this.deliveries.run("upfront"));
        }

        @GetMapping("/scoped")
        @PaidEndpoint(price = "$0.01", authorize = "hasAuthority('SCOPE_weather')")
        String scoped() {
            return this.deliveries.run("scoped");
        }

        @GetMapping("/cities/{city}")
        @PaidEndpoint(price = "$0.01", authorize = "isAuthenticated() and #city == 'oslo'")
        String city(@PathVariable String city) {
            return this.deliveries.run(city);
        }

        @GetMapping("/own")
        @PaidEndpoint(price = "$0.01", authorize = "isAuthenticated() and payerIsCaller()")
        String own() {
            return this.deliveries.run("own");
        }

        @GetMapping("/members/{id}")
        String member(@PathVariable String id) {
            return this.deliveries.run(id);
        }

    }

}
