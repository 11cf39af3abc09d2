package io.github.x402spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.x402spring.InvalidX402ConfigurationException;

/**
 * Analyzer that names the property to change when the configuration cannot work.
 */
class InvalidX402ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidX402ConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidX402ConfigurationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }

}
