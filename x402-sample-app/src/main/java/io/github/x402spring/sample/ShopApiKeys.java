package io.github.x402spring.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationEntryPoint;

/**
 * Authentication by an API key in the header {@code X-Api-Key}, with the profile
 * {@code api-keys}. {@code application-api-keys.yml} has SHA-256 digests of the keys,
 * which are random, so that a reader of that file cannot use them.
 */
@Configuration(proxyBeanMethods = false)
@Profile("api-keys")
@EnableConfigurationProperties(ShopApiKeys.Settings.class)
class ShopApiKeys {

    private static final String HEADER = "X-Api-Key";

    @Bean
    Customizer<HttpSecurity> apiKeys(Settings settings) {
        AuthenticationManager keys = (presented) -> settings.authenticate(String.valueOf(presented.getCredentials()));
        AuthenticationFilter filter = new AuthenticationFilter(keys, ShopApiKeys::presented);
        filter.setSuccessHandler((request, response, authentication) -> {
        });
        BasicAuthenticationEntryPoint entryPoint = new BasicAuthenticationEntryPoint();
        entryPoint.setRealmName("shop");
        filter.setFailureHandler(new AuthenticationEntryPointFailureHandler(entryPoint));
        return (http) -> http.addFilterBefore(filter, AnonymousAuthenticationFilter.class);
    }

    private static @Nullable Authentication presented(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        return (key != null) ? UsernamePasswordAuthenticationToken.unauthenticated("", key) : null;
    }

    /**
     * Valid API keys.
     *
     * @param apiKeys the keys by the name of their owner
     */
    @ConfigurationProperties("sample")
    record Settings(Map<String, ApiKey> apiKeys) {

        Authentication authenticate(String presented) throws AuthenticationException {
            byte[] digest = digest(presented);
            Authentication found = null;
            // All keys are compared, so that the time does not reveal which one matches.
            for (Map.Entry<String, ApiKey> each : this.apiKeys.entrySet()) {
                ApiKey key = each.getValue();
                if (MessageDigest.isEqual(digest, HexFormat.of().parseHex(key.sha256()))) {
                    found = UsernamePasswordAuthenticationToken.authenticated(each.getKey(), null,
                            AuthorityUtils.createAuthorityList(key.authorities()));
                }
            }
            if (found == null) {
                throw new BadCredentialsException("There is no such API key");
            }
            return found;
        }

        private static byte[] digest(String text) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            }
            catch (NoSuchAlgorithmException ex) {
                throw new IllegalStateException(ex);
            }
        }

    }

    /**
     * API key.
     *
     * @param sha256 the digest of the key in hex
     * @param authorities what its owner may do
     */
    record ApiKey(String sha256, List<String> authorities) {
    }

}
