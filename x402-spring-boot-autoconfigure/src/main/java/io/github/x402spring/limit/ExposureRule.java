package io.github.x402spring.limit;

import java.util.Objects;
import java.util.Set;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.ledger.ExposureLimit;

/**
 * Rule that decides which payments a limit counts, and which of them together.
 *
 * @param limit the limit
 * @param per what is counted together
 * @param endpoints the names of endpoints that it covers
 * @param tags the tags of endpoints that it covers; it covers all endpoints if neither
 * names nor tags are given
 * @since 0.1.0
 */
public record ExposureRule(ExposureLimit limit, Per per, Set<String> endpoints, Set<String> tags) {

    public ExposureRule {
        Objects.requireNonNull(limit, "'limit' must not be null");
        Objects.requireNonNull(per, "'per' must not be null");
        endpoints = Set.copyOf(endpoints);
        tags = Set.copyOf(tags);
    }

    /**
     * Returns whether payments for an endpoint count.
     * @param endpoint the endpoint
     * @return whether they do
     */
    public boolean covers(PaidEndpointDefinition endpoint) {
        if (this.endpoints.isEmpty() && this.tags.isEmpty()) {
            return true;
        }
        if (this.endpoints.contains(endpoint.name())) {
            return true;
        }
        for (String tag : endpoint.tags()) {
            if (this.tags.contains(tag)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Payments that a limit counts together.
     */
    public enum Per {

        /** A caller by name; an anonymous one by wallet. */
        IDENTITY,

        /** A wallet. */
        PAYER,

        /** An endpoint. */
        ENDPOINT,

        /** All endpoints with the same tag. */
        TAG,

        /** A task of a caller. */
        TASK

    }

}
