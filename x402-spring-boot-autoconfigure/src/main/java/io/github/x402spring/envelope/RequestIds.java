package io.github.x402spring.envelope;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import io.github.x402spring.protocol.ForeignText;

/**
 * Ids of a request: the same in every response and every record of it.
 *
 * @param requestId the id, a new UUID: one of the caller's choice could stand for several
 * requests
 * @param clientRequestId the caller's {@code X-Request-Id}, bounded and escaped;
 * {@code null} if there is none
 * @param traceId the W3C trace id of the current trace or of the request's
 * {@code traceparent}; {@code null} if there is neither
 * @since 0.1.0
 */
public record RequestIds(String requestId, @Nullable String clientRequestId, @Nullable String traceId) {

    /** Name of the request attribute in which the ids are stored. */
    public static final String ATTRIBUTE = RequestIds.class.getName();

    /** W3C Trace Context: neither version ff nor an id of zeros is valid. */
    private static final Pattern TRACEPARENT = Pattern
        .compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private static final int TRACEPARENT_LENGTH = 55;

    private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    /** Where Spring Boot's tracing leaves the id of the current trace. */
    private static final String MDC_TRACE_ID = "traceId";

    private static final long UUID_VERSION_BITS = 0xF000L;

    private static final long UUID_VERSION_4 = 0x4000L;

    private static final long UUID_VARIANT = 0x8000_0000_0000_0000L;

    /**
     * Returns the ids of a request, which are created once and stored with it.
     * @param attributes the attributes of the request
     * @param store the setter of an attribute
     * @param headers the headers of the request
     * @return the ids
     */
    public static RequestIds of(Function<String, @Nullable Object> attributes, BiConsumer<String, Object> store,
            Function<String, @Nullable String> headers) {
        if (attributes.apply(ATTRIBUTE) instanceof RequestIds known) {
            return known;
        }
        RequestIds ids = of(headers.apply("X-Request-Id"), () -> headers.apply("traceparent"));
        store.accept(ATTRIBUTE, ids);
        return ids;
    }

    /**
     * Creates the ids of a request.
     * @param traceparent the source of {@code traceparent}, read where nothing traces the
     * request
     */
    static RequestIds of(@Nullable String clientRequestId, Supplier<@Nullable String> traceparent) {
        return new RequestIds(newRequestId(), clientId(clientRequestId), traceId(traceparent));
    }

    private static @Nullable String clientId(@Nullable String sent) {
        String shown = ForeignText.id(sent);
        return shown.isEmpty() ? null : shown;
    }

    /**
     * Creates an id that distinguishes requests and is no secret, so that it need not
     * wait for the system's random numbers.
     */
    private static String newRequestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~UUID_VERSION_BITS) | UUID_VERSION_4;
        long low = (random.nextLong() >>> 2) | UUID_VARIANT;
        return new UUID(high, low).toString();
    }

    private static @Nullable String traceId(Supplier<@Nullable String> header) {
        String current = MDC.get(MDC_TRACE_ID);
        if (current != null && TRACE_ID.matcher(current).matches()) {
            return current;
        }
        String traceparent = header.get();
        if (traceparent == null || traceparent.length() != TRACEPARENT_LENGTH) {
            return null;
        }
        Matcher matcher = TRACEPARENT.matcher(traceparent);
        return matcher.matches() ? matcher.group(1) : null;
    }

}
