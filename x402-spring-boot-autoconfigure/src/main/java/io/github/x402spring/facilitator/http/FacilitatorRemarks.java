package io.github.x402spring.facilitator.http;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.transport.Reply;

/**
 * Reader of the explanation that a facilitator adds to a refusal. The protocol has no
 * members for it, so each facilitator uses its own names.
 */
final class FacilitatorRemarks {

    private static final WireJson JSON = new WireJson(FacilitatorOperation.MAX_LENGTH);

    private static final String[] REASONS = { "invalidReason", "errorReason", "errorType", "errorCode", "code",
            "error" };

    private static final String[] MESSAGES = { "invalidMessage", "errorMessage", "message", "detail", "error" };

    private static final String[] IDS = { "correlationId", "correlation_id", "requestId", "request_id" };

    private static final String[] HEADERS = { "X-Correlation-Id", "X-Request-Id" };

    private FacilitatorRemarks() {
    }

    /**
     * Reads a refusal.
     * @param reply the reply
     * @param tree its body
     */
    static FacilitatorRemark of(Reply reply, Map<String, @Nullable Object> tree) {
        String reason = text(tree, REASONS);
        String message = text(tree, MESSAGES);
        return new FacilitatorRemark(reason, (message == null || message.equals(reason)) ? null : message,
                id(reply, tree));
    }

    /**
     * Reads a reply that is no message of the protocol. A reply that may quote our own
     * credentials is not quoted.
     */
    static FacilitatorRemark ofUnusable(Reply reply) {
        Map<String, @Nullable Object> tree;
        try {
            tree = JSON.readObject(reply.body());
        }
        catch (MalformedJsonException ex) {
            tree = Map.of();
        }
        boolean credentials = reply.status() == 401 || reply.status() == 403 || reply.status() == 407;
        return credentials ? new FacilitatorRemark("", "", id(reply, tree)) : of(reply, tree);
    }

    private static @Nullable String id(Reply reply, Map<String, @Nullable Object> tree) {
        String id = text(tree, IDS);
        for (int i = 0; i < HEADERS.length && id == null; i++) {
            id = reply.header(HEADERS[i]);
        }
        return id;
    }

    /** Some facilitators put the members into an object named {@code error}. */
    private static @Nullable String text(Map<String, @Nullable Object> tree, String... names) {
        String text = ownText(tree, names);
        return (text == null && tree.get("error") instanceof Map<?, ?> error) ? ownText(error, names) : text;
    }

    private static @Nullable String ownText(Map<?, ?> tree, String... names) {
        for (String name : names) {
            if (tree.get(name) instanceof String text && !text.isBlank()) {
                return text;
            }
        }
        return null;
    }

}
