package io.github.x402spring.documentation;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;

import static org.springframework.security.config.Customizer.withDefaults;

final class SharedRelayer {

    private SharedRelayer() {
    }

    @Configuration(proxyBeanMethods = false)
    static class Relayer {

        @Bean
        @Order(1)
        SecurityFilterChain relayerSecurityFilterChain(HttpSecurity http) {
            http.securityMatcher("/facilitator/**");
            http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("SHOP"));
            http.csrf(AbstractHttpConfigurer::disable);
            http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
            http.httpBasic(withDefaults());
            return http.build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Instance {

        @Bean
        HttpFacilitatorCustomizer relayerCredentials(@Value("${relayer.password}") String password) {
            return (builder) -> builder.defaultHeaders((headers) -> headers.setBasicAuth("shop", password));
        }

    }

}
