package io.github.x402spring.audit;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Context of a record: what all records of one request share, or, for a payment that
 * ended outside of any request, what is known all the same.
 *
 * @param at when the record was made
 * @param requestId the request's id, a UUID; the same in all records of a request, in its
 * answer and in the log; empty outside of any request
 * @param traceId the id of the trace that the request belongs to, or {@code null} if it
 * belongs to none
 * @param endpoint the name of the paid endpoint; empty outside of any request
 * @param rail the protocol by which it is paid, such as {@code x402}
 * @param caller the name of the authenticated caller, or {@code null} if nobody knows it
 * @since 0.1.0
 */
public record AuditContext(Instant at, String requestId, @Nullable String traceId, String endpoint, String rail,
        @Nullable String caller) {

    public AuditContext {
        Objects.requireNonNull(at, "'at' must not be null");
        Objects.requireNonNull(requestId, "'requestId' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
    }

    static AuditContext outsideOfRequests(Instant at, String rail) {
        return new AuditContext(at, "", null, "", rail, null);
    }

}
