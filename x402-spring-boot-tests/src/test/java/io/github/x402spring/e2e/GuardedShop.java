package io.github.x402spring.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.security.PaidRequest;

/**
 * Sells every kind of answer behind every kind of rule; tests close one rule at a time.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableMethodSecurity
class GuardedShop {

    /** Where a rule stands, but for decision points elsewhere. */
    enum Rule {

        URL, EXPRESSION, POLICY_BEAN, METHOD

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
    Rules rules() {
        return new Rules();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(User.withUsername("alice")
            .password("{noop}secret")
            .authorities("ROLE_USER")
            .build())::loadUserByUsername;
    }

    @Bean
    AuthorizationManager<PaidRequest> policy(Rules rules) {
        return (authentication, request) -> new AuthorizationDecision(rules.open(Rule.POLICY_BEAN));
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http, Rules rules) {
        http.authorizeHttpRequests((requests) -> requests.anyRequest()
            .access((authentication, request) -> new AuthorizationDecision(rules.open(Rule.URL))));
        http.csrf(AbstractHttpConfigurer::disable);
        http.httpBasic(Customizer.withDefaults());
        return http.build();
    }

    /** Knows which rules refuse at the moment. */
    static final class Rules {

        private volatile Set<Rule> closed = EnumSet.noneOf(Rule.class);

        void close(Rule rule) {
            this.closed = EnumSet.of(rule);
        }

        void open() {
            this.closed = EnumSet.noneOf(Rule.class);
        }

        public boolean open(Rule rule) {
            return !this.closed.contains(rule);
        }

        public boolean open(String rule) {
            return open(Rule.valueOf(rule));
        }

    }

    @RestController
    static class Counter {

        private static final String EXPRESSION = "isAuthenticated() and @rules.open('EXPRESSION')";

        private static final String METHOD = "@rules.open('METHOD')";

        private final Deliveries deliveries;

        Counter(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @GetMapping("/plain")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION)
        @PreAuthorize(METHOD)
        public String plain() {
            return this.deliveries.run("plain");
        }

        @GetMapping("/callable")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION)
        @PreAuthorize(METHOD)
        public Callable<String> callable() {
            return () -> this.deliveries.run("callable");
        }

        @GetMapping("/future")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION)
        @PreAuthorize(METHOD)
        public CompletableFuture<String> future() {
            return CompletableFuture.supplyAsync(() -> this.deliveries.run("future"));
        }

        @GetMapping("/stream")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION)
        @PreAuthorize(METHOD)
        public StreamingResponseBody stream() {
            return (out) -> out.write(this.deliveries.run("stream").getBytes(StandardCharsets.US_ASCII));
        }

        @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION)
        @PreAuthorize(METHOD)
        public SseEmitter events() throws IOException {
            SseEmitter emitter = new SseEmitter();
            emitter.send(this.deliveries.run("events"));
            emitter.complete();
            return emitter;
        }

        @GetMapping("/upfront")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION, flow = PaymentFlow.UPFRONT)
        @PreAuthorize(METHOD)
        public String upfront() {
            return this.deliveries.run("upfront");
        }

        @GetMapping("/upfront-callable")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION, flow = PaymentFlow.UPFRONT)
        @PreAuthorize(METHOD)
        public Callable<String> upfrontCallable() {
            return () -> this.deliveries.run("upfront-callable");
        }

        @GetMapping("/upfront-stream")
        @PaidEndpoint(price = "$0.01", authorize = EXPRESSION, flow = PaymentFlow.UPFRONT)
        @PreAuthorize(METHOD)
        public StreamingResponseBody upfrontStream() {
            return (out) -> out.write(this.deliveries.run("upfront-stream").getBytes(StandardCharsets.US_ASCII));
        }

    }

}
