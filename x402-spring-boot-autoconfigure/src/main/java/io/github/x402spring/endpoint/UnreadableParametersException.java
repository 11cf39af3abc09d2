package io.github.x402spring.endpoint;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.decision.Reason;

/**
 * Thrown where parameters are asked for that can be read in several ways, or whose body
 * cannot be read. Spring responds with the status of the reason where the application
 * asks.
 *
 * @since 0.1.0
 */
public final class UnreadableParametersException extends ResponseStatusException {

    private final transient Reason why;

    /**
     * Creates an exception.
     * @param why the reason to refuse the request for
     */
    public UnreadableParametersException(Reason why) {
        super(HttpStatusCode.valueOf(why.status()), why.title());
        this.why = why;
    }

    /**
     * Returns the reason.
     * @return the reason to refuse the request for
     */
    public Reason why() {
        return this.why;
    }

}
