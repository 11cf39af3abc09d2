package io.github.x402spring.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Terms of a 402 response.
 *
 * @param error why payment is required, or {@code null} for no reason
 * @param resource what is being bought
 * @param accepts the ways to pay, in order of preference
 * @param extensions declarations by extension key; empty if there are none
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * PaymentRequired</a>
 */
public record PaymentRequired(@Nullable String error, ResourceInfo resource, List<PaymentRequirements> accepts,
        Map<String, Object> extensions) {

    public PaymentRequired {
        Objects.requireNonNull(resource, "'resource' must not be null");
        accepts = List.copyOf(accepts);
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /**
     * Returns these terms with another reason.
     * @param error the reason
     * @return the new terms
     */
    public PaymentRequired withError(String error) {
        return new PaymentRequired(error, this.resource, this.accepts, this.extensions);
    }

    /**
     * Lays the members out in the order of the wire.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("x402Version", 2);
        if (this.error != null) {
            map.put("error", this.error);
        }
        map.put("resource", this.resource.toMap());
        List<Object> accepts = new ArrayList<>(this.accepts.size());
        for (PaymentRequirements requirements : this.accepts) {
            accepts.add(requirements.toMap());
        }
        map.put("accepts", accepts);
        if (!this.extensions.isEmpty()) {
            map.put("extensions", this.extensions);
        }
        return map;
    }

    /**
     * Lays the members out as x402 version 1 has them. Ways to pay on a network that
     * version 1 cannot name are left out.
     * @return a new map
     */
    public Map<String, Object> toV1Map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("x402Version", 1);
        if (this.error != null) {
            map.put("error", this.error);
        }
        List<Object> accepts = new ArrayList<>(this.accepts.size());
        for (PaymentRequirements requirements : this.accepts) {
            if ("exact".equals(requirements.scheme()) && requirements.network().v1Name().isPresent()) {
                accepts.add(requirements.toV1Map(this.resource));
            }
        }
        map.put("accepts", accepts);
        return map;
    }

}
