package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Description of what is being bought.
 *
 * @param url the canonical address of the resource
 * @param description what the buyer gets, or the empty string
 * @param mimeType the media type of the response, or the empty string
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * ResourceInfo</a>
 */
public record ResourceInfo(String url, String description, String mimeType) {

    public ResourceInfo {
        Objects.requireNonNull(url, "'url' must not be null");
        Objects.requireNonNull(description, "'description' must not be null");
        Objects.requireNonNull(mimeType, "'mimeType' must not be null");
        if (url.isEmpty()) {
            throw new IllegalArgumentException("'url' must not be empty");
        }
    }

    /**
     * Compares the resource that a client names with this one, by origin and path in
     * normal form. Query and fragment do not count: the payment is bound to them by the
     * request itself.
     * @param presented what the client sent: the object of version 2, an address, or
     * {@code null} if it sent nothing
     * @return whether the client names this resource, or none
     */
    public boolean matches(@Nullable Object presented) {
        Object address = (presented instanceof Map<?, ?> map) ? map.get("url") : presented;
        if (address == null || this.url.equals(address)) {
            return true;
        }
        if (!(address instanceof String text)) {
            return false;
        }
        if (text.isBlank()) {
            return true;
        }
        WebAddress own = WebAddress.tryParse(this.url, null);
        return own != null && own.equals(WebAddress.tryParse(text.strip(), own));
    }

    /**
     * Lays the members out in the order of the wire.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("url", this.url);
        map.put("description", this.description);
        map.put("mimeType", this.mimeType);
        return map;
    }

}
