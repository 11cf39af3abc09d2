package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Says what is being bought.
 *
 * @param url the canonical address of the resource
 * @param description what the buyer gets, or the empty string
 * @param mimeType the media type of the answer, or the empty string
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
