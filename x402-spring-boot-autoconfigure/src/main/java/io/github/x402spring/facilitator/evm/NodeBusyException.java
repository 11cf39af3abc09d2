package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.github.x402spring.transport.Reply;

/**
 * Thrown when a node replies that it receives too many requests.
 */
final class NodeBusyException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private static final int MAX_SECONDS = 60;

    /** Replies that carry results are longer, or have no error. */
    private static final int MAX_LENGTH = 64 * 1024;

    /** Code of EIP-1474, and the one of providers that repeat the status. */
    private static final Set<Integer> CODES = Set.of(-32005, 429);

    /** Codes with which nodes quote a text of a contract. */
    private static final Set<Integer> QUOTING_CODES = Set.of(-32000, -32015);

    private static final Pattern WORDS = Pattern.compile("rate limit|request limit|too many requests");

    private final Duration pause;

    private NodeBusyException(Duration pause) {
        super("The node receives too many requests");
        this.pause = pause;
    }

    /**
     * Returns the time for which the node asks not to be called.
     */
    Duration pause() {
        return this.pause;
    }

    /**
     * Returns the time for which a node asks not to be called; zero if the exception is
     * another one.
     */
    static Duration pause(IOException ex) {
        return (ex instanceof NodeBusyException busy) ? busy.pause() : Duration.ZERO;
    }

    /**
     * Reads the status of a reply.
     * @return the exception, or {@code null} if the status does not ask for a pause
     */
    static @Nullable NodeBusyException of(Reply reply) {
        String retryAfter = reply.header("Retry-After");
        if (reply.status() != 429 && (reply.status() != 503 || retryAfter == null)) {
            return null;
        }
        boolean named = retryAfter != null && SECONDS.matcher(retryAfter).matches();
        return new NodeBusyException(named ? Duration.ofSeconds(Long.parseLong(retryAfter)) : DEFAULT_PAUSE);
    }

    /**
     * Reads the error of a JSON-RPC reply, or those of a batch.
     * @return the exception, or {@code null} if none asks for a pause
     */
    static @Nullable NodeBusyException of(byte[] reply, ObjectMapper json) {
        if (reply.length > MAX_LENGTH || !new String(reply, StandardCharsets.ISO_8859_1).contains("\"error\"")) {
            return null;
        }
        try {
            JsonNode tree = json.readTree(reply);
            if (!tree.isArray()) {
                return of(tree.path("error"));
            }
            for (JsonNode element : tree) {
                NodeBusyException busy = of(element.path("error"));
                if (busy != null) {
                    return busy;
                }
            }
        }
        catch (JacksonException ex) {
            // The reader of the reply fails for the same reason.
        }
        return null;
    }

    /**
     * Checks whether the code of an error means that the caller sends too many requests.
     */
    static boolean isCode(int code) {
        return CODES.contains(code);
    }

    /** Reads the code first, because a contract can choose the text. */
    private static @Nullable NodeBusyException of(JsonNode error) {
        int code = error.path("code").asInt(0);
        boolean reserved = code <= -32000 && code >= -32099 && !QUOTING_CODES.contains(code);
        String message = error.path("message").asString("").toLowerCase(Locale.ROOT);
        if (!isCode(code) && !(reserved && WORDS.matcher(message).find())) {
            return null;
        }
        double seconds = error.path("data").path("rate").path("backoff_seconds").asDouble(0);
        return new NodeBusyException(
                (seconds > 0) ? Duration.ofMillis((long) (Math.min(seconds, MAX_SECONDS) * 1000)) : DEFAULT_PAUSE);
    }

}
