package io.github.x402spring.exchange;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Start of a request, with what is known when it has resolved to a paid endpoint.
 *
 * @param endpoint the endpoint
 * @param rail the protocol by which it is paid, such as {@value #X402}
 * @param requestId the id that this server gave the request, a UUID
 * @param traceId the id of the trace that the request belongs to, or {@code null} if it
 * belongs to none
 * @param caller the name of the authenticated caller, or {@code null} if the caller is
 * anonymous
 * @param authentication how the caller's identity was established, by the simple name of
 * the type that stands for it, such as {@code JwtAuthenticationToken}; {@code null} if it
 * was not
 * @param clientRequestId the id that the client gave the request, bounded and escaped, or
 * {@code null} if it gave none
 * @since 0.1.0
 */
public record ExchangeStart(PaidEndpointDefinition endpoint, String rail, String requestId, @Nullable String traceId,
        @Nullable String caller, @Nullable String authentication, @Nullable String clientRequestId) {

    /** The rail of payments by x402. */
    public static final String X402 = "x402";

    public ExchangeStart {
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(rail, "'rail' must not be null");
        Objects.requireNonNull(requestId, "'requestId' must not be null");
    }

    /**
     * Creates the start of an exchange to which the client gave no id.
     * @param endpoint the endpoint
     * @param rail the protocol by which it is paid
     * @param requestId the request's id, a UUID
     * @param traceId the id of the trace, or {@code null} if there is none
     * @param caller the name of the caller, or {@code null} if it is unknown
     * @param authentication how the caller's identity was established, or {@code null} if
     * it was not
     */
    public ExchangeStart(PaidEndpointDefinition endpoint, String rail, String requestId, @Nullable String traceId,
            @Nullable String caller, @Nullable String authentication) {
        this(endpoint, rail, requestId, traceId, caller, authentication, null);
    }

}
