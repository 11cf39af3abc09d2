package io.github.x402spring.security.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;

import io.github.x402spring.envelope.EnvelopeRenderer;

/**
 * Configurer that adds to a security filter chain what x402 needs of it: a decision
 * envelope explains its 401 and 403 responses, whether an endpoint is paid or not.
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
        EnvelopeRenderer envelopes = context.getBeanProvider(EnvelopeRenderer.class)
            .getIfAvailable(() -> new EnvelopeRenderer(null));
        ObjectProvider<ChargeResolver> charges = context.getBeanProvider(ChargeResolver.class);
        DenialWriter denials = new DenialWriter(envelopes, charges::getIfAvailable);
        http.addFilterAfter(new DenialEnvelopeFilter(denials), HeaderWriterFilter.class);
        http.addFilterBefore(new DenialCauses(), AuthorizationFilter.class);
    }

}
