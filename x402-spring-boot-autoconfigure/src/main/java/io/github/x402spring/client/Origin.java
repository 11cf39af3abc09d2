package io.github.x402spring.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port of an address, the port always written out.
 */
record Origin(String scheme, String host, int port) {

    static Optional<Origin> of(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null) {
            return Optional.empty();
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = (uri.getPort() >= 0) ? uri.getPort() : defaultPort(scheme);
        return (port < 0) ? Optional.empty()
                : Optional.of(new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port));
    }

    /**
     * Parses an address from outside.
     */
    static Optional<Origin> tryParse(String address) {
        try {
            return of(new URI(address));
        }
        catch (URISyntaxException ex) {
            return Optional.empty();
        }
    }

    static Origin parse(String origin) {
        Optional<Origin> parsed = tryParse(origin);
        if (parsed.isEmpty() || !isBare(URI.create(origin))) {
            throw new IllegalArgumentException("'origins' must be written like https://api.example.com");
        }
        return parsed.get();
    }

    private static boolean isBare(URI uri) {
        return uri.getRawUserInfo() == null && isEmpty(uri.getRawPath()) && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "https" -> 443;
            case "http" -> 80;
            default -> -1;
        };
    }

    @Override
    public String toString() {
        return this.scheme + "://" + this.host + ((this.port == defaultPort(this.scheme)) ? "" : ":" + this.port);
    }

}
