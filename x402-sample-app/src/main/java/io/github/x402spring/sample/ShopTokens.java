package io.github.x402spring.sample;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;

import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Authentication by access token, as Bearer or bound to a key of the caller by DPoP, with
 * the profile {@code tokens}. Spring Security does all of it;
 * {@code application-tokens.yml} configures issuer and audience.
 */
@Configuration(proxyBeanMethods = false)
@Profile("tokens")
class ShopTokens {

    @Bean
    Customizer<HttpSecurity> accessTokens() {
        return (http) -> http.oauth2ResourceServer((tokens) -> tokens.jwt(withDefaults()).dPoP(withDefaults()));
    }

}
