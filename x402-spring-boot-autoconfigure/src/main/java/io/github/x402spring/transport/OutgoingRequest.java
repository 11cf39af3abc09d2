package io.github.x402spring.transport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Request with a complete body. Not thread-safe.
 */
final class OutgoingRequest {

    /**
     * Headers that frame a message or belong to a connection, and so to the transport.
     */
    private static final Set<String> RESERVED = Set.of("host", "connection", "content-length", "transfer-encoding",
            "expect", "upgrade", "te", "trailer", "keep-alive", "proxy-connection");

    /** Some firewalls deny requests without it. */
    private static final String USER_AGENT = "User-Agent: x402-spring-boot\r\n";

    private static final byte[] NO_BODY = {};

    private final String method;

    private final URI uri;

    private final Route route;

    private final byte[] body;

    private final StringBuilder headers = new StringBuilder(256);

    private boolean named;

    private OutgoingRequest(String method, URI uri, byte[] body) throws NotSentException {
        this.method = method;
        this.uri = URI.create(uri.toASCIIString());
        this.route = Route.of(uri);
        this.body = body;
    }

    /**
     * Creates a GET request.
     * @param uri the address
     * @return the request
     * @throws NotSentException if the address cannot be used
     */
    static OutgoingRequest get(URI uri) throws NotSentException {
        return new OutgoingRequest("GET", uri, NO_BODY);
    }

    /**
     * Creates a POST request.
     * @param uri the address
     * @param body the body, not copied
     * @return the request
     * @throws NotSentException if the address cannot be used
     */
    static OutgoingRequest post(URI uri, byte[] body) throws NotSentException {
        return new OutgoingRequest("POST", uri, body);
    }

    static OutgoingRequest of(String method, URI uri, byte[] body) throws NotSentException {
        if (!isToken(method)) {
            throw new NotSentException("the method cannot be used");
        }
        return new OutgoingRequest(method, uri, body);
    }

    /**
     * Adds a header. Headers that frame a message are ignored: the transport writes them.
     * @param name the name
     * @param value the value
     * @return this request
     * @throws NotSentException if name or value would break the head of the request
     */
    OutgoingRequest header(String name, String value) throws NotSentException {
        if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            return this;
        }
        if (name.isEmpty()) {
            throw new NotSentException("a header has no name");
        }
        if (!isToken(name)) {
            throw new NotSentException("the name of a header cannot be used");
        }
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if ((next < ' ' && next != '\t') || next == 0x7f || next > 0xff) {
                throw new NotSentException("the value of a header cannot be used");
            }
        }
        this.named |= "User-Agent".equalsIgnoreCase(name);
        this.headers.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    Route route() {
        return this.route;
    }

    /**
     * Encodes head and body in one piece.
     * @param absolute whether a proxy forwards the request and needs the whole address
     */
    byte[] encode(boolean absolute) {
        StringBuilder head = new StringBuilder(128 + this.headers.length());
        head.append(this.method).append(' ');
        if (absolute) {
            head.append("http://").append(this.route.hostHeader());
        }
        String path = this.uri.getRawPath();
        head.append((path == null || path.isEmpty()) ? "/" : path);
        if (this.uri.getRawQuery() != null) {
            head.append('?').append(this.uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(this.route.hostHeader()).append("\r\n").append(this.headers);
        if (!this.named) {
            head.append(USER_AGENT);
        }
        if (this.body.length > 0 || !"GET".equals(this.method)) {
            head.append("Content-Length: ").append(this.body.length).append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] message = new byte[start.length + this.body.length];
        System.arraycopy(start, 0, message, 0, start.length);
        System.arraycopy(this.body, 0, message, start.length, this.body.length);
        return message;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            boolean token = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9')
                    || "!#$%&'*+-.^_`|~".indexOf(next) >= 0;
            if (!token) {
                return false;
            }
        }
        return true;
    }

}
