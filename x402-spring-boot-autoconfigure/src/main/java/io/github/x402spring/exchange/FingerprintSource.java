package io.github.x402spring.exchange;

import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Source of what a payment is bound to. Asked at most once for a presented payment, after
 * it was screened, so that no body is read for a signature that is none.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FingerprintSource {

    /**
     * Computes what the payment is bound to. Reads the body if there is one.
     * @return the fingerprint
     * @throws UnreadableRequestException if the request cannot be bound
     */
    RequestFingerprint fingerprint() throws UnreadableRequestException;

}
