package io.github.x402spring.webmvc;

import java.util.Enumeration;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

/**
 * Names the header that ties paid calls together.
 */
final class TaskHeader {

    static final String NAME = "X402-Task";

    private static final int MAX_LENGTH = 128;

    private TaskHeader() {
    }

    /**
     * Returns the id of the request's task, or {@code null} if it has none. Refuses what
     * is no id of a task, and more than one.
     */
    static @Nullable String read(HttpServletRequest request) throws UnreadableRequestException {
        Enumeration<String> values = request.getHeaders(NAME);
        if (!values.hasMoreElements()) {
            return null;
        }
        String id = values.nextElement();
        if (values.hasMoreElements() || id.isEmpty() || id.length() > MAX_LENGTH
                || !id.chars().allMatch(TaskHeader::allowed)) {
            throw new UnreadableRequestException(Reason.TASK_MALFORMED);
        }
        return id;
    }

    private static boolean allowed(int character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9') || "-._~".indexOf(character) >= 0;
    }

}
