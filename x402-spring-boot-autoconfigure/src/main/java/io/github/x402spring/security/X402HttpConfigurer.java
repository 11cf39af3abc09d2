package io.github.x402spring.security;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;

import io.github.x402spring.envelope.ChargeResolver;
import io.github.x402spring.envelope.EnvelopeWriter;

/**
 * Adds to a security filter chain what x402 needs of it: its 401 and 403 answers are
 * explained by a decision envelope, whether an endpoint is paid or not.
 *
 * <pre class="code">
 * http.with(x402(), withDefaults());
 * </pre>
 *
 * @since 0.1.0
 */
public final class X402HttpConfigurer extends AbstractHttpConfigurer<X402HttpConfigurer, HttpSecurity> {

    private X402HttpConfigurer() {
    }

    /**
     * Creates a configurer.
     * @return the configurer
     */
    public static X402HttpConfigurer x402() {
        return new X402HttpConfigurer();
    }

    @Override
    public void configure(HttpSecurity http) {
        ApplicationContext context = http.getSharedObject(ApplicationContext.class);
        EnvelopeWriter envelopes = context.getBeanProvider(EnvelopeWriter.class)
            .getIfAvailable(() -> new EnvelopeWriter(null));
        ObjectProvider<ChargeResolver> charges = context.getBeanProvider(ChargeResolver.class);
        http.addFilterAfter(new DenialEnvelopeFilter(envelopes, charges::getIfAvailable), HeaderWriterFilter.class);
        http.addFilterBefore(new DenialCauses(), AuthorizationFilter.class);
    }

}
