package io.github.x402spring.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Public address under which clients reach a server, in normal form: host in lower case
 * and ASCII, no default port, no trailing slash, no dots, every octet of the path that
 * needs no escape without one.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority the host, and the port if it is not the scheme's own
 * @param path the prefix that a proxy removes, with a leading slash; the empty string if
 * there is none
 * @since 0.1.0
 */
public record BaseUrl(String scheme, String authority, String path) {

    private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?|\\[[0-9a-f:.]+]");

    /** Tests let the system choose a port, and {@code 0} stands for it. */
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

    /** User information, a query or a fragment. */
    private static final Pattern BEYOND_PATH = Pattern.compile("[?#]|^[^/]*//[^/]*@");

    private static final Pattern UNESCAPED = Pattern.compile("[A-Za-z0-9._~-]");

    private static final int MAX_PORT = 65_535;

    public BaseUrl {
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(authority, "'authority' must not be null");
        Objects.requireNonNull(path, "'path' must not be null");
    }

    /**
     * Parses an address from the configuration.
     * @param text the address
     * @return the address in normal form
     * @throws IllegalArgumentException if the text is not an absolute address of HTTP
     * with a host, or has more than a path behind it; the message does not quote it
     */
    public static BaseUrl parse(String text) {
        String address = text.strip();
        boolean more = BEYOND_PATH.matcher(address).find();
        WebAddress parsed = more ? null : WebAddress.tryParse(address, null);
        BaseUrl url = (parsed != null) ? of(parsed) : null;
        if (url == null) {
            throw new IllegalArgumentException("'text' must be an address of HTTP with a host and at most a path");
        }
        return url;
    }

    private static @Nullable BaseUrl of(WebAddress address) {
        String authority = authority(address);
        List<String> segments = address.path();
        boolean usable = authority != null && segments.stream().noneMatch((segment) -> segment.contains("/"));
        if (authority == null || !usable) {
            return null;
        }
        StringBuilder path = new StringBuilder();
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return new BaseUrl(address.scheme(), authority, path.substring(0, end));
    }

    private static @Nullable String authority(WebAddress address) {
        int colon = address.authority().lastIndexOf(':');
        String host = address.authority().substring(0, colon);
        String port = address.authority().substring(colon + 1);
        String own = switch (address.scheme()) {
            case "http" -> "80";
            case "https" -> "443";
            default -> "";
        };
        if (own.isEmpty() || !HOST.matcher(host).matches() || !PORT.matcher(port).matches()
                || Integer.parseInt(port) > MAX_PORT) {
            return null;
        }
        return port.equals(own) ? host : host + ":" + port;
    }

    private static String encoded(String segment) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
            String character = String.valueOf((char) (octet & 0xff));
            encoded.append(UNESCAPED.matcher(character).matches() ? character
                    : "%" + HexFormat.of().withUpperCase().toHexDigits(octet));
        }
        return encoded.toString();
    }

    /**
     * Returns whether an address has this scheme, host and port, however it is spelled.
     * @param address an address from outside
     * @return whether it has
     */
    public boolean sameOrigin(String address) {
        WebAddress parsed = WebAddress.tryParse(address, null);
        return parsed != null && this.scheme.equals(parsed.scheme()) && this.authority.equals(authority(parsed));
    }

    /**
     * Returns whether the path has another path within it, segment by segment.
     * @param other a path with a leading slash
     * @return whether it has; {@code false} for the empty path
     */
    public boolean repeats(String other) {
        return !other.isEmpty() && (this.path + "/").contains(other + "/");
    }

    /**
     * Returns the normal form.
     */
    @Override
    public String toString() {
        return this.scheme + "://" + this.authority + this.path;
    }

}
