package io.github.x402spring.autoconfigure.security;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.protocol.BaseUrl;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.security.web.ChargeResolver;
import io.github.x402spring.security.web.SignInNonces;
import io.github.x402spring.security.web.SignInWithX;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the sign-in with a wallet.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class, before = X402SecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBooleanProperty("x402.sign-in.enabled")
public final class X402SignInAutoConfiguration {

    private static final int KEY_LENGTH = 32;

    @Bean
    @ConditionalOnMissingBean
    SignInNonces x402SignInNonces(X402Properties properties, ObjectProvider<Clock> clock) {
        X402Properties.SignIn settings = properties.signIn();
        try {
            return SignInNonces.sealed(key(settings.nonceKey()), settings.nonceLifetime(),
                    clock.getIfAvailable(Clock::systemUTC));
        }
        catch (IllegalArgumentException ex) {
            // Its message may quote the key.
            throw new InvalidX402ConfigurationException("The nonces of x402.sign-in cannot be made",
                    "Set x402.sign-in.nonce-lifetime to at most 5m, and x402.sign-in.nonce-key to base64 of at least "
                            + "32 bytes, or remove it.");
        }
    }

    private static byte[] key(@Nullable String configured) {
        if (configured != null) {
            return Base64.getDecoder().decode(configured);
        }
        byte[] key = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(key);
        return key;
    }

    @Bean
    @ConditionalOnMissingBean
    SignInWithX x402SignInWithX(X402Properties properties, SignInNonces nonces, SignatureRecovery recovery,
            ObjectProvider<ContractSignatures> contracts, ObjectProvider<Clock> clock) {
        BaseUrl baseUrl = properties.baseUrl();
        if (baseUrl == null) {
            throw new InvalidX402ConfigurationException(
                    "x402.sign-in.enabled is set, and the address that wallets sign in to is unknown",
                    "Set x402.resource-base-url to the public origin of this server, such as https://api.example.com.");
        }
        return new SignInWithX(baseUrl.toString(), properties.signIn().statement(), properties.signIn().nonceLifetime(),
                nonces, recovery, contracts.getIfUnique(), clock.getIfAvailable(Clock::systemUTC));
    }

    /**
     * Spring Security applies it to every filter chain; it works where something is sold.
     */
    @Bean
    Customizer<HttpSecurity> x402SignInCustomizer(SignInWithX signIn, PaymentHeaderCodec codec,
            EnvelopeRenderer envelopes, X402Properties properties, ObjectProvider<ChargeResolver> charges) {
        String configured = properties.authorization().challenge();
        String challenge = (configured != null) ? configured : "Bearer";
        return (http) -> http.addFilterBefore(signIn.filter(codec, envelopes, challenge,
                PaidEndpointRequest.toAnyPaidEndpoint(), charges::getIfAvailable), AnonymousAuthenticationFilter.class);
    }

}
