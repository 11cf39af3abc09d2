package io.github.x402spring.documentation;

import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentSigner;

class WeatherBuyer {

    private final RestClient client;

    WeatherBuyer(String origin, PaymentSigner wallet) {
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(origin)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.01 USDC")
            .build();
        this.client = RestClient.builder()
            .baseUrl(origin)
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(wallet, policy).build())
            .build();
    }

    @Nullable String weather() {
        return this.client.get().uri("/weather").retrieve().body(String.class);
    }

}
