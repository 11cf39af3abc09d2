package io.github.x402spring.webmvc;

import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Opens a CORS configuration for paying scripts.
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
        for (String header : List.of(PaymentHttpHeaders.PAYMENT_SIGNATURE, PaymentHttpHeaders.X_PAYMENT,
                TaskHeader.NAME, HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS)) {
            configuration.addAllowedHeader(header);
        }
        for (String header : List.of(PaymentHttpHeaders.PAYMENT_REQUIRED, PaymentHttpHeaders.PAYMENT_RESPONSE,
                PaymentHttpHeaders.X_PAYMENT_RESPONSE)) {
            configuration.addExposedHeader(header);
        }
        return configuration;
    }

}
