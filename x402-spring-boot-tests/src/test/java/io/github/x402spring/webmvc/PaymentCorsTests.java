package io.github.x402spring.webmvc;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.web.cors.CorsConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentCorsTests {

    @Test
    void permitWhenOpenedThenScriptsMayPayAndReadWhatBecameOfIt() {
        CorsConfiguration configuration = PaymentCors.permit(new CorsConfiguration());
        assertThat(configuration
            .checkHeaders(List.of("payment-signature", "x-payment", "x402-task", "access-control-expose-headers")))
            .hasSize(4);
        assertThat(configuration.getExposedHeaders()).contains("PAYMENT-REQUIRED", "PAYMENT-RESPONSE",
                "X-PAYMENT-RESPONSE");
    }

    @Test
    void permitWhenOpenedThenOriginsMethodsAndOtherHeadersStayShut() {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(List.of("https://shop.example.test"));
        configuration.addAllowedHeader("X-Own");
        configuration.addExposedHeader("X-Told");
        PaymentCors.permit(configuration);
        assertThat(configuration.getAllowedOrigins()).containsExactly("https://shop.example.test");
        assertThat(configuration.getAllowedMethods()).isNull();
        assertThat(configuration.getAllowCredentials()).isNull();
        assertThat(configuration.checkHeaders(List.of("Authorization"))).isNull();
        assertThat(configuration.checkHeaders(List.of("x-own"))).containsExactly("x-own");
        assertThat(configuration.getExposedHeaders()).contains("X-Told");
    }

}
