package io.github.x402spring.extending;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;

class HttpFacilitatorCustomizerExample {

    @Bean
    HttpFacilitatorCustomizer apiKey(@Value("${facilitator.api-key}") String key) {
        return (builder) -> builder.defaultHeader("X-API-Key", key);
    }

}
