package io.github.x402spring.security;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidExchange;

/**
 * Request that came by no transport.
 */
public record RequestData(Map<String, String> pathVariables, Map<String, List<String>> sent) implements PaidExchange {

    public static RequestData plain() {
        return new RequestData(Map.of(), Map.of());
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String resource() {
        return "https://api.example.test/weather";
    }

    @Override
    public List<String> headers(String name) {
        return this.sent.getOrDefault(name, List.of());
    }

    @Override
    public @Nullable String caller() {
        return null;
    }

    @Override
    public @Nullable String remoteAddress() {
        return null;
    }

}
