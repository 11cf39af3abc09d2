package io.github.x402spring.webmvc;

import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;

import io.github.x402spring.http.PaymentDialects;

/**
 * CORS configuration for paying scripts.
 *
 * @since 0.1.0
 */
public final class PaymentCors {

    private PaymentCors() {
    }

    /**
     * Lets scripts send payments, name tasks, and read terms and receipts. Admits
     * {@code Access-Control-Expose-Headers} as a request header too, because the official
     * fetch client sends it as one. Origins and methods stay as they are.
     * @param configuration the configuration to open
     * @return the same configuration
     */
    public static CorsConfiguration permit(CorsConfiguration configuration) {
        PaymentDialects.CREDENTIAL_HEADERS.forEach(configuration::addAllowedHeader);
        configuration.addAllowedHeader(TaskHeader.NAME);
        configuration.addAllowedHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS);
        PaymentDialects.CHALLENGE_HEADERS.forEach(configuration::addExposedHeader);
        PaymentDialects.RECEIPT_HEADERS.forEach(configuration::addExposedHeader);
        return configuration;
    }

}
