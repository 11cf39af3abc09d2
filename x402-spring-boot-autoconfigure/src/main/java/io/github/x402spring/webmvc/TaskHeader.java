package io.github.x402spring.webmvc;

import java.util.Enumeration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

/**
 * Header that ties paid calls together: it names the task that they are made for.
 */
final class TaskHeader {

    /** Name of the header. */
    static final String NAME = "X402-Task";

    private static final int MAX_LENGTH = 128;

    private TaskHeader() {
    }

    /**
     * Reads the id of the task.
     * @param headers access to the headers of a request
     * @return the id, or {@code null} if there is none
     * @throws UnreadableRequestException if there is something else, or more than one
     */
    static @Nullable String read(Function<String, Enumeration<String>> headers) {
        Enumeration<String> values = headers.apply(NAME);
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
