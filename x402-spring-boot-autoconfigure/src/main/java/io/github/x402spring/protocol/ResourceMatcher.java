package io.github.x402spring.protocol;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Comparison of the resource that a client says it pays for with the server's own, by
 * origin and path in normal form. Query and fragment do not count: the payment is bound
 * to them by the request itself.
 *
 * @since 0.1.0
 */
public final class ResourceMatcher {

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
        WebAddress ours = WebAddress.tryParse(resource.url(), null);
        return ours != null && ours.equals(WebAddress.tryParse(text.strip(), ours));
    }

}
