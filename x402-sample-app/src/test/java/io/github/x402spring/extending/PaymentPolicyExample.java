package io.github.x402spring.extending;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.client.PaymentPolicy;

class PaymentPolicyExample {

    @Bean
    PaymentPolicy paymentPolicy() {
        return PaymentPolicy.builder()
            .allowOrigin("https://api.example.com")
            .allowNetwork("base")
            .maximumPerPayment("0.05 USDC")
            .build();
    }

}
