package io.github.x402spring.facilitator.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.transport.Reply;

/**
 * Meaning of the status of a facilitator's reply that cannot be used.
 */
final class ReplyStatus {

    static final int REQUEST_TIMEOUT = 408;

    static final int TOO_MANY_REQUESTS = 429;

    static final int SERVICE_UNAVAILABLE = 503;

    private static final int NOT_FOUND = 404;

    private static final int NOT_ALLOWED = 405;

    private static final int NOT_IMPLEMENTED = 501;

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private static final Pattern SECONDS = Pattern.compile("[0-9]+");

    private static final int MAX_DIGITS = 9;

    private ReplyStatus() {
    }

    /**
     * Returns the kind of failure. Only these can count against a facilitator: failures
     * of its own, and those that our credentials or its address cause.
     * @param reply the reply
     * @return the kind
     */
    static Failure failure(Reply reply) {
        int status = reply.status();
        return switch (status) {
            case REQUEST_TIMEOUT, 401, 403, 407 -> Failure.ERROR;
            case NOT_FOUND, NOT_ALLOWED -> Failure.NOT_FOUND;
            default -> (status >= 500 && status < 600) ? Failure.ERROR : Failure.REPLY;
        };
    }

    /**
     * Checks whether the status says that the facilitator does not have the operation.
     */
    static boolean isUnsupported(Reply reply) {
        return reply.status() == NOT_FOUND || reply.status() == NOT_ALLOWED || reply.status() == NOT_IMPLEMENTED;
    }

    /**
     * Returns for how long the facilitator asks not to be called.
     * @param reply the reply
     * @return the time, from a second to a minute; zero if it does not ask for any
     */
    static Duration pause(Reply reply) {
        Duration named = named(reply.header(HttpHeaders.RETRY_AFTER), reply.header(HttpHeaders.DATE));
        if (reply.status() == TOO_MANY_REQUESTS) {
            named = (named != null) ? named : MIN_PAUSE;
        }
        else if (reply.status() != SERVICE_UNAVAILABLE || named == null) {
            return Duration.ZERO;
        }
        if (named.compareTo(MIN_PAUSE) < 0) {
            return MIN_PAUSE;
        }
        return (named.compareTo(MAX_PAUSE) > 0) ? MAX_PAUSE : named;
    }

    /** A date counts from the date of the reply, so that clocks do not matter. */
    private static @Nullable Duration named(@Nullable String retryAfter, @Nullable String date) {
        if (retryAfter == null) {
            return null;
        }
        if (SECONDS.matcher(retryAfter).matches()) {
            return (retryAfter.length() > MAX_DIGITS) ? MAX_PAUSE : Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        try {
            Instant until = instant(retryAfter);
            return (date != null) ? Duration.between(instant(date), until) : MIN_PAUSE;
        }
        catch (DateTimeException ex) {
            return null;
        }
    }

    private static Instant instant(String date) {
        return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    }

}
