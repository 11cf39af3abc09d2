package io.github.x402spring.client;

import org.springframework.web.client.RestClientException;

/**
 * Exception for a request that another service refused and explained in a decision
 * envelope. The message contains the status only: text of the other service is not
 * repeated in logs.
 *
 * @since 0.1.0
 */
public final class DecisionException extends RestClientException {

    private static final long serialVersionUID = 1L;

    private final transient ReceivedDecision decision;

    DecisionException(ReceivedDecision decision) {
        super("The request was refused with status " + decision.status());
        this.decision = decision;
    }

    /**
     * Returns the content of the envelope.
     * @return the decision
     */
    public ReceivedDecision decision() {
        return this.decision;
    }

}
