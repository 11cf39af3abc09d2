package io.github.x402spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.x402spring.endpoint.InvalidPaidEndpointException;

/**
 * Names the property to change when a paid endpoint cannot work as configured.
 */
class InvalidPaidEndpointFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPaidEndpointException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPaidEndpointException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }

}
