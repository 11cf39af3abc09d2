package io.github.x402spring.protocol;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Address in normal form, without query and fragment.
 *
 * @param scheme the scheme in lower case
 * @param authority the host in lower case and ASCII, and the port, always written out
 * where the scheme has one
 * @param path the decoded segments, without dots
 */
record WebAddress(String scheme, String authority, List<String> path) {

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", "80", "https", "443");

    /**
     * Reads an address.
     * @param base the address that a relative one refers to
     * @return the address in normal form, or {@code null} if it is none
     */
    static @Nullable WebAddress tryParse(String text, @Nullable WebAddress base) {
        try {
            URI uri = new URI(text);
            if (uri.isOpaque() || (uri.getScheme() == null && base == null)) {
                return null;
            }
            String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT)
                    : Objects.requireNonNull(base).scheme();
            if (uri.getRawAuthority() != null) {
                return new WebAddress(scheme, authority(uri.getRawAuthority(), scheme), path(uri.getRawPath()));
            }
            return (uri.getScheme() == null && base != null) ? base.resolve(uri.getRawPath()) : null;
        }
        catch (URISyntaxException ex) {
            return null;
        }
        catch (RuntimeException ex) {
            // java.net.IDN fails in ways that it does not document.
            return null;
        }
    }

    private WebAddress resolve(String rawPath) {
        if (rawPath.isEmpty()) {
            return this;
        }
        if (rawPath.startsWith("/")) {
            return new WebAddress(this.scheme, this.authority, path(rawPath));
        }
        List<String> segments = new ArrayList<>(this.path.subList(0, this.path.size() - 1));
        segments.addAll(decoded(rawPath));
        return new WebAddress(this.scheme, this.authority, withoutDots(segments));
    }

    private static String authority(String raw, String scheme) {
        String hostAndPort = raw.substring(raw.lastIndexOf('@') + 1);
        int colon = hostAndPort.lastIndexOf(':');
        boolean hasPort = colon > hostAndPort.lastIndexOf(']');
        String host = hasPort ? hostAndPort.substring(0, colon) : hostAndPort;
        String port = hasPort ? hostAndPort.substring(colon + 1) : "";
        if (port.isEmpty()) {
            port = DEFAULT_PORTS.getOrDefault(scheme, "");
        }
        String ascii = host.startsWith("[") ? host
                : IDN.toASCII(URLDecoder.decode(host.replace("+", "%2B"), StandardCharsets.UTF_8));
        return ascii.toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static List<String> path(String raw) {
        return withoutDots(decoded(raw.startsWith("/") ? raw.substring(1) : raw));
    }

    private static List<String> decoded(String raw) {
        List<String> segments = new ArrayList<>();
        for (String segment : raw.split("/", -1)) {
            segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        return segments;
    }

    private static List<String> withoutDots(List<String> segments) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean dots = segment.equals(".") || segment.equals("..");
            if (segment.equals("..") && !result.isEmpty()) {
                result.remove(result.size() - 1);
            }
            if (!dots) {
                result.add(segment);
            }
            else if (i == segments.size() - 1) {
                result.add("");
            }
        }
        return result;
    }

}
