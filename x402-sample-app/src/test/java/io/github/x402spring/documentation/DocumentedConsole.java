package io.github.x402spring.documentation;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Filter chain that the documentation shows for the console of an application with bearer
 * tokens.
 */
@Configuration(proxyBeanMethods = false)
class DocumentedConsole {

    @Bean
    @Order(1)
    SecurityFilterChain consoleSecurityFilterChain(HttpSecurity http) {
        http.securityMatcher("/x402/console/**", "/oauth2/**", "/login/**");
        http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
        http.oauth2Login(withDefaults());
        return http.build();
    }

}
