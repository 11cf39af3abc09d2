package io.github.x402spring.security;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;

/**
 * Asks an external decision point over HTTP: one POST, bounded in time, in length and in
 * number. Whatever is not a readable answer is an exception without foreign text, and so
 * fails closed. Thread-safe.
 */
final class PolicyDecisionPoint {

    private static final int MAX_ANSWER_LENGTH = 64 * 1024;

    private static final WireJson JSON = new WireJson(MAX_ANSWER_LENGTH);

    private final String name;

    private final URI uri;

    private final RestClient client;

    private final Semaphore permits;

    PolicyDecisionPoint(String name, URI uri, RestClient.Builder builder, Duration timeout, int maxConcurrentCalls) {
        this.name = name;
        this.uri = uri;
        HttpClient httpClient = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(httpClient, Thread::startVirtualThread);
        factory.setReadTimeout(timeout);
        this.client = builder.clone().requestFactory(factory).build();
        this.permits = new Semaphore(maxConcurrentCalls);
    }

    /**
     * Asks.
     * @throws PolicyUnavailableException if there is no usable answer
     */
    Map<String, @Nullable Object> ask(Map<String, ?> question) {
        if (!this.permits.tryAcquire()) {
            throw new PolicyUnavailableException(this.name + " is asked too often at once");
        }
        try {
            byte[] answer = this.client.post()
                .uri(this.uri)
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_JSON)
                .body(JSON.write(question))
                .exchangeForRequiredValue((request, response) -> read(response), true);
            return JSON.readObject(answer);
        }
        catch (MalformedJsonException ex) {
            throw nonsense();
        }
        catch (PolicyUnavailableException ex) {
            throw ex;
        }
        catch (RuntimeException ex) {
            // A client's exception may quote the answer or a credential.
            throw new PolicyUnavailableException(this.name + " gave no answer (" + ex.getClass().getSimpleName() + ")");
        }
        finally {
            this.permits.release();
        }
    }

    PolicyUnavailableException nonsense() {
        return new PolicyUnavailableException("The answer of " + this.name + " is not a decision");
    }

    private byte[] read(ClientHttpResponse response) throws IOException {
        if (response.getStatusCode().value() != 200) {
            throw new PolicyUnavailableException(this.name + " answered " + response.getStatusCode().value());
        }
        try (InputStream body = response.getBody()) {
            return body.readNBytes(MAX_ANSWER_LENGTH + 1);
        }
    }

}
