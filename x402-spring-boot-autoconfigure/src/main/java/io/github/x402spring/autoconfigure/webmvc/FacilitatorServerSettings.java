package io.github.x402spring.autoconfigure.webmvc;

import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.util.Assert;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Path and bounds of the facilitator that is served.
 *
 * @param path the path in front of {@code /verify}, {@code /settle} and
 * {@code /supported}; a trailing slash is stripped
 * @param maxRequestSize the size of the largest request that is read, in bytes
 * @param maxConcurrentRequests the number of payments that may be verified at once, and
 * as many settled
 * @param requestsPerMinute the number of requests that one caller may send in a minute
 * @param payTo the recipients whose payments are taken; empty for all
 */
record FacilitatorServerSettings(String path, int maxRequestSize, int maxConcurrentRequests, int requestsPerMinute,
        Set<EvmAddress> payTo) {

    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]+)*/?");

    public FacilitatorServerSettings {
        Assert.isTrue(PATH.matcher(path).matches() && !path.contains("/."),
                "'path' must be segments of letters, digits, '.', '_', '~' and '-', each after a slash");
        Assert.isTrue(maxRequestSize > 0, "'maxRequestSize' must be positive");
        Assert.isTrue(maxConcurrentRequests > 0, "'maxConcurrentRequests' must be positive");
        Assert.isTrue(requestsPerMinute > 0, "'requestsPerMinute' must be positive");
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        payTo = Set.copyOf(payTo);
    }

    String path(FacilitatorOperation operation) {
        return this.path + operation.path();
    }

}
