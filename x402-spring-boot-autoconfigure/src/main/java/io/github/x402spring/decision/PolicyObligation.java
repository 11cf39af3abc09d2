package io.github.x402spring.decision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Obligation of this server before a response that a policy allows may leave, as in
 * XACML. It is carried out here and never sent to the caller.
 *
 * @param type what to do, such as {@code log}, {@code audit}, {@code rate_limit} or
 * {@code redact}
 * @param attributes what goes with it
 * @since 0.1.0
 */
public record PolicyObligation(String type, Map<String, @Nullable Object> attributes) {

    /** Write a line to the log. */
    public static final String LOG = "log";

    /** Publish a record for the audit. */
    public static final String AUDIT = "audit";

    /** Count the request, and refuse it where there are too many. */
    public static final String RATE_LIMIT = "rate_limit";

    /** Omit parts of the response. */
    public static final String REDACT = "redact";

    public PolicyObligation {
        Objects.requireNonNull(type, "'type' must not be null");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

}
