package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
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
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;

/**
 * Sells to known callers, and has everything observed.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableMethodSecurity
public class ObservedShop {

    public static final String CREDENTIALS = "Authorization: Basic Y2FsbGVyOnNlY3JldA==";

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(User.withUsername("caller")
            .password("{noop}secret")
            .authorities("ROLE_USER")
            .build())::loadUserByUsername;
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
        http.csrf(AbstractHttpConfigurer::disable);
        http.httpBasic(Customizer.withDefaults());
        return http.build();
    }

    @Bean
    SimpleMeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    @Bean
    RecordedAudit audit() {
        return new RecordedAudit();
    }

    @Bean
    RecordedSpans spans() {
        return new RecordedSpans();
    }

    @Bean
    ObservationRegistry observations(SimpleMeterRegistry meters, RecordedSpans spans) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig()
            .observationHandler(new DefaultMeterObservationHandler(meters))
            .observationHandler(spans);
        return registry;
    }

    @Bean
    SmartInitializingSingleton binding(SimpleMeterRegistry meters, List<MeterBinder> binders) {
        return () -> binders.forEach((binder) -> binder.bindTo(meters));
    }

    @Bean
    RestClientCustomizer observedClients(ObservationRegistry registry) {
        return (builder) -> builder.observationRegistry(registry);
    }

    @RestController
    static class Counter {

        @GetMapping("/good")
        @PaidEndpoint(value = "good", price = "$0.01")
        String good() {
            return "good";
        }

        @GetMapping("/boom")
        @PaidEndpoint(value = "boom", price = "$0.01")
        String boom() {
            throw new IllegalStateException("boom");
        }

        @GetMapping("/gold")
        @PaidEndpoint(value = "gold", price = "$0.01", authorize = "hasAuthority('gold')")
        String gold() {
            return "gold";
        }

        @GetMapping("/large")
        @PaidEndpoint(value = "large", price = "$0.01")
        String large() {
            return "large ".repeat(1024);
        }

        @GetMapping("/stream")
        @PaidEndpoint(value = "stream", price = "$0.01")
        StreamingResponseBody stream() {
            return (out) -> out.write("stream".getBytes(StandardCharsets.UTF_8));
        }

    }

}
