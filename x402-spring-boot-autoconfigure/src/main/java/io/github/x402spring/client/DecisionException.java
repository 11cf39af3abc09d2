package io.github.x402spring.client;

import org.springframework.web.client.RestClientException;

/**
 * Says that another service refused a request and explained it in a decision envelope.
 * The message names the status only: words of the other service are not repeated in logs.
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
     * Returns what the other service said.
     * @return the decision
     */
    public ReceivedDecision decision() {
        return this.decision;
    }

}
