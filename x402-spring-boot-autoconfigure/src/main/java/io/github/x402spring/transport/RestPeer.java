package io.github.x402spring.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;

/**
 * Bounded calls to a peer through the interceptors, headers and observations of a
 * {@link RestClient}. Its exceptions have neither a cause nor foreign text: those of
 * interceptors quote replies and credentials. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RestPeer {

    /** Headers that a caller reads. */
    private static final String[] READ = { HttpHeaders.RETRY_AFTER, HttpHeaders.DATE, HttpHeaders.CONTENT_TYPE,
            "X-Correlation-Id", "X-Request-Id" };

    private final RestClient client;

    private final int maxLength;

    /**
     * Creates a peer.
     * @param builder the client to start from; it is copied, and its request factory is
     * not used
     * @param transport the transport
     * @param timeout the longest time that a call may take, time of interceptors aside
     * @param maxLength the bound of a reply's body
     */
    public RestPeer(RestClient.Builder builder, HttpTransport transport, Duration timeout, int maxLength) {
        this.maxLength = maxLength;
        this.client = builder.clone()
            .requestFactory(new TransportRequestFactory(transport, timeout, maxLength))
            .bufferContent((uri, method) -> false)
            .build();
    }

    /**
     * Gets a JSON document.
     * @param uri the address
     * @return the reply, whatever its status
     * @throws NotSentException if certainly no byte was sent
     * @throws NoReplyException if there is no usable reply to what was, or may have been,
     * sent
     */
    public Reply get(URI uri) throws NotSentException, NoReplyException {
        return exchange(this.client.get().uri(uri));
    }

    /**
     * Posts a JSON document.
     * @param uri the address
     * @param json the document
     * @return the reply, whatever its status
     * @throws NotSentException if certainly no byte was sent
     * @throws NoReplyException if there is no usable reply to what was, or may have been,
     * sent
     */
    public Reply post(URI uri, byte[] json) throws NotSentException, NoReplyException {
        return exchange(this.client.method(HttpMethod.POST)
            .uri(uri)
            .contentType(MediaType.APPLICATION_JSON)
            .contentLength(json.length)
            .body((out) -> out.write(json)));
    }

    private Reply exchange(RestClient.RequestHeadersSpec<?> request) throws NotSentException, NoReplyException {
        AtomicBoolean sent = new AtomicBoolean();
        try {
            return request.accept(MediaType.APPLICATION_JSON)
                .attribute(TransportRequestFactory.SENT, sent)
                .exchangeForRequiredValue((exchanged, response) -> read(response), true);
        }
        catch (RuntimeException ex) {
            String reason = reason(ex);
            if (sent.get()) {
                throw new NoReplyException(reason, ex.getCause() instanceof NoReplyException cause && cause.timedOut());
            }
            throw new NotSentException(reason);
        }
    }

    private static String reason(RuntimeException exception) {
        Throwable cause = exception.getCause();
        if (cause instanceof NotSentException || cause instanceof NoReplyException) {
            return String.valueOf(cause.getMessage());
        }
        return ((cause instanceof IOException) ? cause : exception).getClass().getSimpleName();
    }

    /**
     * Reads the reply after all interceptors.
     */
    private Reply read(ClientHttpResponse response) throws IOException {
        try (InputStream body = response.getBody()) {
            HttpHeaders headers = response.getHeaders();
            Header[] read = new Header[READ.length];
            for (int i = 0; i < READ.length; i++) {
                read[i] = new BasicHeader(READ[i], headers.getFirst(READ[i]));
            }
            return new Reply(response.getStatusCode().value(), read, body.readNBytes(this.maxLength + 1));
        }
    }

}
