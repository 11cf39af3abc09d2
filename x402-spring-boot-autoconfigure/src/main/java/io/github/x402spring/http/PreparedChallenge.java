package io.github.x402spring.http;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Body of a challenge under terms that do not vary, rendered once with gaps for what
 * does: the request's id, which is in it twice, and its trace id. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PreparedChallenge {

    /** Length of a UUID with hyphens, as it stands in both places. */
    public static final int REQUEST_ID_LENGTH = 36;

    private static final byte[] TRACE_MEMBER = ",\"trace_id\":\"".getBytes(StandardCharsets.US_ASCII);

    private final byte[] beforeInstance;

    private final byte[] betweenIds;

    private final byte[] afterIds;

    private PreparedChallenge(String beforeInstance, String betweenIds, String afterIds) {
        this.beforeInstance = beforeInstance.getBytes(StandardCharsets.UTF_8);
        this.betweenIds = betweenIds.getBytes(StandardCharsets.UTF_8);
        this.afterIds = afterIds.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Prepares a challenge.
     * @param render renders it for a request's id, without a trace id
     * @return the challenge
     */
    public static PreparedChallenge of(Function<String, byte[]> render) {
        String mark = UUID.randomUUID().toString();
        String[] parts = new String(render.apply(mark), StandardCharsets.UTF_8).split(mark, -1);
        if (parts.length != 3) {
            throw new IllegalStateException("A challenge names the request twice");
        }
        return new PreparedChallenge(parts[0], parts[1], parts[2]);
    }

    /**
     * Fills the gaps.
     * @param requestId the request's id, of {@link #REQUEST_ID_LENGTH} characters
     * @param traceId the trace id, or {@code null} if there is none
     * @return the body
     */
    public byte[] body(String requestId, @Nullable String traceId) {
        byte[] id = requestId.getBytes(StandardCharsets.US_ASCII);
        byte[] trace = (traceId != null) ? traceId.getBytes(StandardCharsets.US_ASCII) : null;
        int traced = (trace != null) ? TRACE_MEMBER.length + trace.length + 1 : 0;
        byte[] body = new byte[this.beforeInstance.length + this.betweenIds.length + this.afterIds.length
                + 2 * id.length + traced];
        int end = append(body, 0, this.beforeInstance, this.beforeInstance.length);
        end = append(body, end, id, id.length);
        end = append(body, end, this.betweenIds, this.betweenIds.length);
        end = append(body, end, id, id.length);
        if (trace != null) {
            // The quote that closes the request's id closes the trace id instead.
            body[end++] = '"';
            end = append(body, end, TRACE_MEMBER, TRACE_MEMBER.length);
            end = append(body, end, trace, trace.length);
        }
        append(body, end, this.afterIds, this.afterIds.length);
        return body;
    }

    private static int append(byte[] body, int end, byte[] part, int length) {
        System.arraycopy(part, 0, body, end, length);
        return end + length;
    }

}
