package io.github.x402spring.audit;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Context of a record: what all records of one request share, or, for a payment that
 * ended outside of any request, what is known all the same.
 *
 * @param at when the record was made
 * @param requestId the id that this server gave the request, a UUID; the same in all
 * records of a request, in its response and in the log; empty outside of any request
 * @param traceId the id of the trace that the request belongs to, or {@code null} if it
 * belongs to none
 * @param endpoint the name of the paid endpoint; empty outside of any request
 * @param rail the protocol by which it is paid, such as {@code x402}
 * @param caller the name of the authenticated caller, or {@code null} if the caller is
 * anonymous
 * @param clientRequestId the id that the client gave the request, bounded and escaped: it
 * may stand for several requests; {@code null} if there is none
 * @since 0.1.0
 */
public record AuditContext(Instant at, String requestId, @Nullable String traceId, String endpoint, String rail,
        @Nullable String caller, @Nullable String clientRequestId) {

    public AuditContext {
        Objects.requireNonNull(at, "'at' must not be null");
        Objects.requireNonNull(requestId, "'requestId' must not be null");
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
    }

}
