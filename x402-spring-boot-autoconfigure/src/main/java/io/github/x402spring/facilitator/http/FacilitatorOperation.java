package io.github.x402spring.facilitator.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;

/**
 * Sends the requests of one operation of a facilitator and reads bounded answers within a
 * bounded time. Its exceptions have neither a cause nor foreign text: those of HTTP
 * clients and interceptors quote answers and credentials.
 */
final class FacilitatorOperation {

    private static final int MAX_ANSWER_LENGTH = 64 * 1024;

    private static final WireJson JSON = new WireJson(MAX_ANSWER_LENGTH);

    private static final String ATTEMPT = FacilitatorOperation.class.getName() + ".attempt";

    private final String name;

    private final URI uri;

    private final RestClient client;

    FacilitatorOperation(String name, URI uri, RestClient.Builder builder, HttpClient httpClient, Duration timeout) {
        this.name = name;
        this.uri = uri;
        JdkClientHttpRequestFactory requestFactory = new JdkClientHttpRequestFactory(httpClient,
                Thread::startVirtualThread);
        requestFactory.setReadTimeout(timeout);
        // The last interceptor is the innermost: it sees whether the network did.
        this.client = builder.clone()
            .requestFactory(requestFactory)
            .bufferContent((address, method) -> false)
            .requestInterceptor(FacilitatorOperation::execute)
            .build();
    }

    Answer get() throws FacilitatorException {
        return exchange(this.client.get().uri(this.uri));
    }

    Answer post(Map<String, ?> message) throws FacilitatorException {
        byte[] body = JSON.write(message);
        return exchange(this.client.method(HttpMethod.POST)
            .uri(this.uri)
            .contentType(MediaType.APPLICATION_JSON)
            .contentLength(body.length)
            .body((out) -> out.write(body)));
    }

    <T> T parse(Answer answer, MessageReader<T> reader) throws FacilitatorException {
        try {
            return reader.read(JSON.readObject(answer.body()));
        }
        catch (MalformedJsonException ex) {
            throw unusable(answer);
        }
    }

    FacilitatorException unusable(Answer answer) {
        return new FacilitatorException(
                "The facilitator's answer to " + this.name + " with status " + answer.status() + " is not usable",
                null);
    }

    private Answer exchange(RestClient.RequestHeadersSpec<?> request) throws FacilitatorException {
        Attempt attempt = new Attempt();
        try {
            return request.accept(MediaType.APPLICATION_JSON)
                .attribute(ATTEMPT, attempt)
                .exchangeForRequiredValue((sent, response) -> read(response), true);
        }
        catch (RuntimeException ex) {
            throw translate(ex, attempt);
        }
    }

    private FacilitatorException translate(RuntimeException exception, Attempt attempt) {
        Throwable cause = (exception.getCause() instanceof IOException io) ? io : exception;
        String type = cause.getClass().getSimpleName();
        if (!attempt.sent) {
            return new FacilitatorNotReachedException(
                    "The facilitator was not reached for " + this.name + " (" + type + ")", null);
        }
        if (cause instanceof HttpTimeoutException) {
            return new FacilitatorException("The facilitator did not answer " + this.name + " in time", null);
        }
        return new FacilitatorException("The facilitator gave no answer to " + this.name + " (" + type + ")", null);
    }

    /**
     * Reads one byte more than is allowed, so that whoever parses it notices. Closing
     * here, before the response is closed, keeps the rest from being drained.
     */
    private static Answer read(ClientHttpResponse response) throws IOException {
        try (InputStream body = response.getBody()) {
            return new Answer(response.getStatusCode().value(), body.readNBytes(MAX_ANSWER_LENGTH + 1),
                    response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER));
        }
    }

    private static ClientHttpResponse execute(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        Attempt attempt = (Attempt) Objects.requireNonNull(request.getAttributes().get(ATTEMPT),
                "An interceptor lost the attributes of the request");
        boolean connected = true;
        try {
            return execution.execute(request, body);
        }
        catch (ConnectException | HttpConnectTimeoutException ex) {
            connected = false;
            throw ex;
        }
        finally {
            attempt.sent |= connected;
        }
    }

    /**
     * Holds what came back, at most one byte longer than {@link #MAX_ANSWER_LENGTH}.
     */
    record Answer(int status, byte[] body, @Nullable String retryAfter) {

        boolean successful() {
            return this.status >= 200 && this.status < 300;
        }

        boolean clientError() {
            return this.status >= 400 && this.status < 500;
        }

        boolean serverError() {
            return this.status >= 500 && this.status < 600;
        }

    }

    @FunctionalInterface
    interface MessageReader<T> {

        T read(Map<String, @Nullable Object> tree) throws MalformedJsonException;

    }

    private static final class Attempt {

        private boolean sent;

    }

}
