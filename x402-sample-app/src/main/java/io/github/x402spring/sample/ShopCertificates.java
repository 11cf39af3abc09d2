package io.github.x402spring.sample;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Authentication by client certificate, with the profile {@code certificates}: the common
 * name of the subject is the name of one of the users.
 * {@code application-certificates.yml} configures the trusted certificates.
 */
@Configuration(proxyBeanMethods = false)
@Profile("certificates")
class ShopCertificates {

    @Bean
    Customizer<HttpSecurity> clientCertificates() {
        return (http) -> http.x509(withDefaults());
    }

}
