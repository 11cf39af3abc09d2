package io.github.x402spring.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.DefaultResponseErrorHandler;
import org.springframework.web.client.ResponseErrorHandler;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.decision.Charged;

/**
 * Error handler that reads decision envelopes of other services and throws a
 * {@link DecisionException} with their content. An error without an envelope is left to
 * another handler. Thread-safe.
 *
 * <pre class="code">
 * RestClient client = builder.defaultStatusHandler(new DecisionEnvelopeErrorHandler()).build();
 * </pre>
 *
 * @since 0.1.0
 */
public final class DecisionEnvelopeErrorHandler implements ResponseErrorHandler {

    static final int MAX_LENGTH = 64 * 1024;

    private static final WireJson JSON = new WireJson(MAX_LENGTH);

    private final ResponseErrorHandler otherwise;

    /**
     * Creates a handler that leaves errors without an envelope to Spring's usual one.
     */
    public DecisionEnvelopeErrorHandler() {
        this(new DefaultResponseErrorHandler());
    }

    /**
     * Creates a handler.
     * @param otherwise handles errors without an envelope; it finds the body unread
     */
    public DecisionEnvelopeErrorHandler(ResponseErrorHandler otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public boolean hasError(ClientHttpResponse response) throws IOException {
        return this.otherwise.hasError(response);
    }

    @Override
    public void handleError(URI url, HttpMethod method, ClientHttpResponse response) throws IOException {
        ClientHttpResponse readable = response;
        if (isJson(response.getHeaders().getContentType())) {
            byte[] body;
            try (InputStream in = response.getBody()) {
                body = in.readNBytes(MAX_LENGTH + 1);
            }
            ReceivedDecision decision = read(response.getStatusCode().value(), body);
            if (decision != null) {
                throw new DecisionException(decision);
            }
            readable = new ReadResponse(response, body);
        }
        this.otherwise.handleError(url, method, readable);
    }

    static boolean isJson(@Nullable MediaType type) {
        return type != null
                && (MediaType.APPLICATION_JSON.includes(type) || MediaType.APPLICATION_PROBLEM_JSON.includes(type));
    }

    private static @Nullable ReceivedDecision read(int status, byte[] body) {
        Map<String, @Nullable Object> tree = envelope(body);
        return (tree != null) ? ReceivedDecision.of(status, tree) : null;
    }

    /**
     * Reads whether a payment was charged; {@code null} if the body is no envelope, or
     * one that is not about a payment.
     */
    static @Nullable Charged charged(byte[] body) {
        Map<String, @Nullable Object> tree = envelope(body);
        boolean stated = tree != null && tree.get("payment") instanceof Map<?, ?> payment
                && payment.get("charged") instanceof String;
        return (tree != null && stated) ? ReceivedDecision.of(0, tree).charged() : null;
    }

    /** An envelope is recognized by its decision and its reason. */
    private static @Nullable Map<String, @Nullable Object> envelope(byte[] body) {
        try {
            Map<String, @Nullable Object> tree = JSON.readObject(body);
            boolean envelope = tree.get("decision") instanceof String
                    && tree.get("context") instanceof Map<?, ?> context && context.get("reason") instanceof String;
            return envelope ? tree : null;
        }
        catch (MalformedJsonException ex) {
            return null;
        }
    }

}
