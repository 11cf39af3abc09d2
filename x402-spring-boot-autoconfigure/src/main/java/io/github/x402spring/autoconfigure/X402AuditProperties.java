package io.github.x402spring.autoconfigure;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the audit.
 *
 * @param enabled Whether to make records of requests for paid endpoints.
 * @param scope Requests that are recorded: those that carry a payment under the
 * endpoint's terms, or all, also those that anonymous callers send without a payment.
 * @param strict Whether to settle a payment only if the records so far were written.
 * @param log Whether to write records as lines of JSON to the logger
 * 'io.github.x402spring.audit'.
 * @param file File that records are appended to as lines of JSON; one for each instance.
 * @param hashChain Tie between the lines.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.audit")
public record X402AuditProperties(@DefaultValue("true") boolean enabled, @DefaultValue("payments") Scope scope,
        boolean strict, boolean log, @Nullable Path file, @DefaultValue HashChain hashChain) {

    /**
     * Requests that are recorded.
     */
    public enum Scope {

        /** Requests that carry a payment under the endpoint's own terms. */
        PAYMENTS,

        /** All requests, also those that anonymous callers can send free of charge. */
        ALL

    }

    /**
     * Settings of the tie between lines.
     *
     * @param enabled Whether to tie each line to the one before, so that one that is
     * altered or taken out is found.
     * @param key Key of the tie, 16 characters or more. Without one, a process that may
     * write the lines can tie them anew.
     */
    public record HashChain(boolean enabled, @Nullable String key) {

        @Override
        public String toString() {
            return "HashChain[enabled=" + this.enabled + ", key=" + ((this.key != null) ? "******" : "null") + "]";
        }

    }

}
