package io.github.x402spring.transport;

import java.net.URI;
import java.util.Locale;

/**
 * Origin that connections lead to.
 *
 * @param secure whether over TLS
 * @param host the host's name or address, without brackets
 * @param port the port
 */
record Route(boolean secure, String host, int port) {

    /**
     * Reads the origin of an address.
     * @throws NotSentException if the address has none, or another scheme
     */
    static Route of(URI uri) throws NotSentException {
        String host = uri.getHost();
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        if (host == null || (!secure && !"http".equalsIgnoreCase(uri.getScheme()))) {
            throw new NotSentException("the address is not an http or https address");
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        int port = (uri.getPort() >= 0) ? uri.getPort() : defaultPort(secure);
        return new Route(secure, bracketed ? host.substring(1, host.length() - 1) : host.toLowerCase(Locale.ROOT),
                port);
    }

    /**
     * Returns host and port, for {@code CONNECT}.
     */
    String authority() {
        return bracketed() + ":" + this.port;
    }

    /**
     * Returns the host, with the port unless the scheme implies it.
     */
    String hostHeader() {
        return (this.port == defaultPort(this.secure)) ? bracketed() : authority();
    }

    /**
     * Returns the address of the origin, without path and credentials.
     */
    URI uri() {
        return URI.create((this.secure ? "https://" : "http://") + hostHeader() + "/");
    }

    private String bracketed() {
        return (this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host;
    }

    private static int defaultPort(boolean secure) {
        return secure ? 443 : 80;
    }

}
