package io.github.x402spring.documentation;

import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * What the documentation shows of operations.
 */
@Configuration(proxyBeanMethods = false)
class DocumentedOperations {

    @Bean
    SecurityFilterChain operations(HttpSecurity http) {
        http.securityMatcher(EndpointRequest.to("x402tasks"));
        http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("OPERATOR"));
        http.csrf((csrf) -> csrf.disable());
        http.httpBasic(withDefaults());
        return http.build();
    }

}
