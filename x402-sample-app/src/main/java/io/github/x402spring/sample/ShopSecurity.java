package io.github.x402spring.sample;

import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

import io.github.x402spring.autoconfigure.security.PaidEndpointRequest;
import io.github.x402spring.webmvc.PaymentCors;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Security configuration of the shop. Callers authenticate with a password here, and with
 * tokens, API keys or certificates if a profile adds them. Paid endpoints are open here,
 * because the payment gate requires authentication itself if their policy needs it.
 */
@Configuration(proxyBeanMethods = false)
class ShopSecurity {

    /** Ends tasks. */
    private static final String OPERATIONS = "/actuator/x402/**";

    @Bean
    SecurityFilterChain shopSecurityFilterChain(HttpSecurity http) {
        RequestMatcher paid = PaidEndpointRequest.toAnyPaidEndpoint();
        http.authorizeHttpRequests((requests) -> requests.requestMatchers(paid)
            .permitAll()
            .requestMatchers("/actuator/health")
            .permitAll()
            .requestMatchers(OPERATIONS)
            .hasRole("OPERATOR")
            .anyRequest()
            .authenticated());
        // Programs have no session and no CSRF token. Credentials come with each request.
        http.csrf((csrf) -> csrf.ignoringRequestMatchers(paid).ignoringRequestMatchers(OPERATIONS));
        http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        http.cors(withDefaults());
        http.httpBasic(withDefaults());
        return http.build();
    }

    /** Lets scripts of one web page buy. */
    @Bean
    CorsConfigurationSource corsConfigurationSource() {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(List.of("http://localhost:3000"));
        configuration.setAllowedMethods(List.of("GET", "POST"));
        configuration.addAllowedHeader("Content-Type");
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", PaymentCors.permit(configuration));
        return source;
    }

    /**
     * For demonstration only: real users are not in source code, and real passwords are
     * never stored in plain text, as {@code {noop}} does.
     */
    @Bean
    UserDetailsService demoUsers() {
        return new InMemoryUserDetailsManager(
                User.withUsername("reader").password("{noop}reader").authorities("SCOPE_forecast").build(),
                User.withUsername("trader").password("{noop}trader").authorities("ROLE_TRADER", "CLEARANCE_1").build(),
                User.withUsername("ann").password("{noop}ann").authorities("ROLE_TRADER", "CLEARANCE_3").build(),
                User.withUsername("operator")
                    .password("{noop}operator")
                    .authorities("ROLE_OPERATOR", "SCOPE_x402.console")
                    .build());
    }

}
