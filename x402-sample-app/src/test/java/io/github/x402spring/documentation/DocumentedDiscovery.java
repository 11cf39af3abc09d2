package io.github.x402spring.documentation;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.RequestMatcher;

import io.github.x402spring.autoconfigure.security.PaidEndpointRequest;

/**
 * Filter chain that the documentation shows for the documents of paid operations.
 */
@Configuration(proxyBeanMethods = false)
class DocumentedDiscovery {

    @Bean
    SecurityFilterChain shop(HttpSecurity http) {
        RequestMatcher paid = PaidEndpointRequest.toAnyPaidEndpoint();
        RequestMatcher documents = PaidEndpointRequest.toDiscoveryDocuments();
        http.authorizeHttpRequests(
                (requests) -> requests.requestMatchers(paid, documents).permitAll().anyRequest().authenticated());
        return http.build();
    }

}
