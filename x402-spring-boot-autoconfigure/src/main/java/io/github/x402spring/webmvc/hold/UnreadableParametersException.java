package io.github.x402spring.webmvc.hold;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

/**
 * Thrown where the application asks for parameters that can be read in several ways, or
 * whose body cannot be read, so that Spring responds with the status of the reason.
 */
final class UnreadableParametersException extends ResponseStatusException {

    private static final int MAX_CAUSES = 10;

    private final transient Reason why;

    UnreadableParametersException(Reason why) {
        super(HttpStatusCode.valueOf(why.status()), why.title());
        this.why = why;
    }

    /**
     * Finds out why a body cannot be read. An exception that names no reason means that
     * the body did not arrive as a whole.
     * @param failure the exception with which reading ended
     * @return the reason
     */
    static Reason reason(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            Reason reason = named(cause);
            if (reason != null) {
                return reason;
            }
            cause = cause.getCause();
        }
        return Reason.REQUEST_INCOMPLETE;
    }

    private static @Nullable Reason named(Throwable cause) {
        return switch (cause) {
            case UnreadableRequestException unreadable -> unreadable.reason();
            case UnreadableParametersException unreadable -> unreadable.why;
            case ErrorResponse response -> reason(response.getStatusCode().value());
            case SocketTimeoutException timeout -> Reason.REQUEST_TIMED_OUT;
            case TimeoutException timeout -> Reason.REQUEST_TIMED_OUT;
            default -> null;
        };
    }

    private static Reason reason(int status) {
        return switch (status) {
            case 413 -> Reason.REQUEST_TOO_LARGE;
            case 408 -> Reason.REQUEST_TIMED_OUT;
            default -> (status < 500) ? Reason.REQUEST_INVALID : Reason.TEMPORARILY_UNAVAILABLE;
        };
    }

}
