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
 * Comparison of the resource that a client says it pays for with the server's own, by
 * origin and path in normal form. Query and fragment do not count: the payment is bound
 * to them by the request itself.
 *
 * @since 0.1.0
 */
public final class ResourceMatcher {

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", "80", "https", "443");

    private ResourceMatcher() {
    }

    /**
     * Tells whether the client names the given resource, or none.
     * @param resource the server's own resource
     * @param presented what the client sent: the object of version 2, an address, or
     * {@code null} if it sent nothing
     * @return whether they match
     */
    public static boolean matches(ResourceInfo resource, @Nullable Object presented) {
        Object address = (presented instanceof Map<?, ?> map) ? map.get("url") : presented;
        if (address == null || resource.url().equals(address)) {
            return true;
        }
        if (!(address instanceof String text)) {
            return false;
        }
        if (text.isBlank()) {
            return true;
        }
        Address ours = Address.tryParse(resource.url(), null);
        return ours != null && ours.equals(Address.tryParse(text.strip(), ours));
    }

    private record Address(String scheme, String authority, List<String> path) {

        /**
         * Reads an address.
         * @param base the address that a relative one refers to
         * @return the address in normal form, or {@code null} if it is none
         */
        private static @Nullable Address tryParse(String text, @Nullable Address base) {
            try {
                URI uri = new URI(text);
                if (uri.isOpaque() || (uri.getScheme() == null && base == null)) {
                    return null;
                }
                String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT)
                        : Objects.requireNonNull(base).scheme();
                if (uri.getRawAuthority() != null) {
                    return new Address(scheme, authority(uri.getRawAuthority(), scheme), path(uri.getRawPath()));
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

        private Address resolve(String rawPath) {
            if (rawPath.isEmpty()) {
                return this;
            }
            if (rawPath.startsWith("/")) {
                return new Address(this.scheme, this.authority, path(rawPath));
            }
            List<String> segments = new ArrayList<>(this.path.subList(0, this.path.size() - 1));
            segments.addAll(decoded(rawPath));
            return new Address(this.scheme, this.authority, withoutDots(segments));
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
            List<String> kept = new ArrayList<>();
            for (int i = 0; i < segments.size(); i++) {
                String segment = segments.get(i);
                boolean dots = segment.equals(".") || segment.equals("..");
                if (segment.equals("..") && !kept.isEmpty()) {
                    kept.remove(kept.size() - 1);
                }
                if (!dots) {
                    kept.add(segment);
                }
                else if (i == segments.size() - 1) {
                    kept.add("");
                }
            }
            return kept;
        }

    }

}
