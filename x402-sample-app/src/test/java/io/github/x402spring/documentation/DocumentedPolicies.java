package io.github.x402spring.documentation;

import java.util.List;
import java.util.Map;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.security.X402AuthorizationDecision;

import static io.github.x402spring.security.web.X402HttpConfigurer.x402;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * What the documentation shows of policies.
 */
final class DocumentedPolicies {

    private DocumentedPolicies() {
    }

    static AuthorizationResult limited() {
        return X402AuthorizationDecision.granted()
            .obligation("redact", Map.of("fields", List.of("city", "days.celsius")))
            .policy("plan")
            .build();
    }

    @Configuration(proxyBeanMethods = false)
    static class Explained {

        @Bean
        SecurityFilterChain explainedSecurityFilterChain(HttpSecurity http) {
            http.with(x402(), withDefaults());
            return http.build();
        }

    }

}
