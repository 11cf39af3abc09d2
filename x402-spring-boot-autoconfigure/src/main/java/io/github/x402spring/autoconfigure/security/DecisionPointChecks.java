package io.github.x402spring.autoconfigure.security;

import java.net.URI;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;

/**
 * Check of the settings of external policy decision points.
 */
final class DecisionPointChecks {

    private DecisionPointChecks() {
    }

    static URI url(String name, X402Properties.DecisionPoint settings) {
        URI url = settings.url();
        if (url == null || !HttpAddress.isValid(url)) {
            throw new InvalidX402ConfigurationException("x402.authorization." + name + ".url is not an address to call",
                    "Set x402.authorization." + name
                            + ".url to an absolute http or https address without credentials.");
        }
        if (settings.timeout().isNegative() || settings.timeout().isZero() || settings.maxConcurrentCalls() < 1) {
            throw new InvalidX402ConfigurationException(
                    "x402.authorization." + name + " leaves no time or room for a call",
                    "Set x402.authorization." + name + ".timeout and .max-concurrent-calls to positive values.");
        }
        return url;
    }

}
