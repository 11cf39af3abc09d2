package io.github.x402spring.test.elsewhere;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

/**
 * Configuration that no test finds by itself.
 */
public final class Configurations {

    private Configurations() {
    }

    @Configuration(proxyBeanMethods = false)
    public static class OwnFacilitator {

        @Bean
        Facilitator facilitator(List<PaymentScheme> schemes) {
            return new SimulatedFacilitator(schemes, Clock.systemUTC());
        }

    }

    @TestConfiguration(proxyBeanMethods = false)
    public static class FacilitatorOfTheTest {

        @Bean
        Facilitator facilitator(List<PaymentScheme> schemes, Clock clock) {
            return new SimulatedFacilitator(schemes, clock);
        }

    }

    @Configuration(proxyBeanMethods = false)
    public static class OwnClock {

        @Bean
        Clock clock() {
            return Clock.fixed(Instant.parse("2031-05-06T07:08:09Z"), ZoneOffset.UTC);
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @AutoConfigureX402
    public static class Production {

    }

    @Configuration(proxyBeanMethods = false)
    public static class OwnSecurity {

        @Bean
        SecurityFilterChain securityFilterChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.httpBasic(Customizer.withDefaults());
            return http.build();
        }

    }

}
