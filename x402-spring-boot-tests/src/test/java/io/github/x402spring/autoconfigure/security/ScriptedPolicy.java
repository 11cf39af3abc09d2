package io.github.x402spring.autoconfigure.security;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replies for a policy decision point before anything goes over a wire.
 */
final class ScriptedPolicy implements ClientHttpRequestInterceptor {

    private String reply = "";

    private Map<?, ?> question = Map.of();

    ScriptedPolicy replies(String reply) {
        this.reply = reply;
        return this;
    }

    Map<?, ?> question() {
        return this.question;
    }

    RestClient.Builder client() {
        return RestClient.builder().requestInterceptor(this);
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte @Nullable [] body,
            ClientHttpRequestExecution execution) {
        this.question = JsonMapper.shared().readValue(body, Map.class);
        return new MockClientHttpResponse(this.reply.getBytes(StandardCharsets.UTF_8), HttpStatus.OK);
    }

}
