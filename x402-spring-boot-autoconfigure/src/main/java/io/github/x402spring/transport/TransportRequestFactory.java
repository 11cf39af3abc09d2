package io.github.x402spring.transport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.AbstractStreamingClientHttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Request factory of a {@code RestClient} whose calls go through an
 * {@link HttpTransport}.
 */
final class TransportRequestFactory implements ClientHttpRequestFactory {

    /** Attribute of a request that is marked when the request may have been sent. */
    static final String SENT = TransportRequestFactory.class.getName() + ".sent";

    private final HttpTransport transport;

    private final Duration timeout;

    private final int maxLength;

    TransportRequestFactory(HttpTransport transport, Duration timeout, int maxLength) {
        this.transport = transport;
        this.timeout = timeout;
        this.maxLength = maxLength;
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
        return new TransportRequest(uri, method);
    }

    private final class TransportRequest extends AbstractStreamingClientHttpRequest {

        private static final byte[] NO_BODY = {};

        private final URI uri;

        private final HttpMethod method;

        private TransportRequest(URI uri, HttpMethod method) {
            this.uri = uri;
            this.method = method;
        }

        @Override
        public HttpMethod getMethod() {
            return this.method;
        }

        @Override
        public URI getURI() {
            return this.uri;
        }

        @Override
        protected ClientHttpResponse executeInternal(HttpHeaders headers, @Nullable Body body) throws IOException {
            if (!(getAttributes().get(SENT) instanceof AtomicBoolean sent)) {
                throw new NotSentException("an interceptor lost the attributes of the request");
            }
            OutgoingRequest request = OutgoingRequest.of(this.method.name(), this.uri, bytes(body));
            for (Map.Entry<String, List<String>> header : headers.headerSet()) {
                for (String value : header.getValue()) {
                    request.header(header.getKey(), value);
                }
            }
            TransportRequestFactory factory = TransportRequestFactory.this;
            return new TransportResponse(factory.transport.exchange(request, factory.timeout, factory.maxLength, sent));
        }

        private static byte[] bytes(@Nullable Body body) throws IOException {
            if (body == null) {
                return NO_BODY;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
            body.writeTo(bytes);
            return bytes.toByteArray();
        }

    }

    private static final class TransportResponse implements ClientHttpResponse {

        private final Reply reply;

        private @Nullable HttpHeaders headers;

        private TransportResponse(Reply reply) {
            this.reply = reply;
        }

        @Override
        public HttpStatusCode getStatusCode() {
            return HttpStatusCode.valueOf(this.reply.status());
        }

        @Override
        public String getStatusText() {
            return "";
        }

        @Override
        public HttpHeaders getHeaders() {
            HttpHeaders present = this.headers;
            if (present == null) {
                present = new HttpHeaders();
                for (Header header : this.reply.headers()) {
                    present.add(header.getName(), header.getValue());
                }
                this.headers = present;
            }
            return present;
        }

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(this.reply.body());
        }

        @Override
        public void close() {
            // The whole reply was read.
        }

    }

}
