package io.github.x402spring.login;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2ClientRegistration;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Is a real authorization server: agents register by themselves and get tokens for the
 * shop, bound to a key of theirs. Out of the package that the shop scans.
 */
public final class LoginServer implements AutoCloseable {

    private static final RSAKey KEY = key();

    private final ConfigurableApplicationContext context;

    private LoginServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static LoginServer start(String audience) {
        return new LoginServer(new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
            .properties("spring.config.name=login-server", "spring.main.banner-mode=off", "server.port=0",
                    "server.address=127.0.0.1", "x402.facilitator.type=none", "audience=" + audience)
            .registerShutdownHook(false)
            .run());
    }

    public String issuer() {
        return "http://localhost:" + ((WebServerApplicationContext) this.context).getWebServer().getPort();
    }

    /** The key it signs with, for tokens that only look like its own. */
    public RSAKey signingKey() {
        return KEY;
    }

    @Override
    public void close() {
        this.context.close();
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("login").generate();
        }
        catch (JOSEException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        /** What whoever registers may ask for. */
        private static final Set<String> OPEN_SCOPES = Set.of("forecast");

        @Bean
        SecurityFilterChain loginChain(HttpSecurity http) {
            http.oauth2AuthorizationServer((server) -> server
                .clientRegistrationEndpoint((registration) -> registration.openRegistrationAllowed(true)
                    .authenticationProviders(this::checks)));
            http.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.POST, "/oauth2/register")
                .permitAll()
                .anyRequest()
                .authenticated());
            return http.build();
        }

        private void checks(List<AuthenticationProvider> providers) {
            Consumer<OAuth2ClientRegistrationAuthenticationContext> validator = OAuth2ClientRegistrationAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR
                .andThen(OAuth2ClientRegistrationAuthenticationValidator.DEFAULT_JWK_SET_URI_VALIDATOR)
                .andThen(Application::checkScopes);
            for (AuthenticationProvider provider : providers) {
                if (provider instanceof OAuth2ClientRegistrationAuthenticationProvider registration) {
                    registration.setAuthenticationValidator(validator);
                }
            }
        }

        private static void checkScopes(OAuth2ClientRegistrationAuthenticationContext context) {
            OAuth2ClientRegistrationAuthenticationToken request = context.getAuthentication();
            OAuth2ClientRegistration registration = request.getClientRegistration();
            if (registration.getScopes() != null && !OPEN_SCOPES.containsAll(registration.getScopes())) {
                throw new OAuth2AuthenticationException("invalid_scope");
            }
        }

        /** There has to be one client from the start; nobody knows its secret. */
        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(RegisteredClient.withId("operator")
                .clientId("operator")
                .clientSecret("{noop}" + UUID.randomUUID())
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build());
        }

        @Bean
        JWKSource<SecurityContext> keys() {
            return new ImmutableJWKSet<>(new JWKSet(KEY));
        }

        @Bean
        JwtDecoder ownTokens(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        AuthorizationServerSettings endpoints() {
            return AuthorizationServerSettings.builder().build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> forTheShop(@Value("${audience}") String audience) {
            return (token) -> token.getClaims().audience(List.of(audience));
        }

    }

}
