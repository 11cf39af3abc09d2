package io.github.x402spring.extending;

import java.util.List;
import java.util.Map;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;

class ChallengeExtensionsExample {

    @Bean
    ChallengeExtensions termsOfService() {
        return new ChallengeExtensions() {

            @Override
            public boolean varies(PaidEndpointDefinition endpoint) {
                return false;
            }

            @Override
            public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri,
                    List<PaymentRequirements> accepts) {
                return Map.of("terms-of-service", Map.of("info", Map.of("url", "https://shop.example.com/terms")));
            }

        };
    }

}
