package io.github.x402spring.webmvc;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.decision.Reason;

/**
 * Thrown where parameters are asked for that can be read in several ways, or whose body
 * cannot be read. Spring responds with the status of the reason where the application
 * asks.
 */
final class UnreadableParametersException extends ResponseStatusException {

    private final transient Reason why;

    UnreadableParametersException(Reason why) {
        super(HttpStatusCode.valueOf(why.status()), why.title());
        this.why = why;
    }

    Reason why() {
        return this.why;
    }

}
