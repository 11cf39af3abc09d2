package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Claims for tests of ledgers.
 */
public final class TestClaims {

    private TestClaims() {
    }

    /** Makes a claim of an x402 payment in the scheme exact, with a few extra terms. */
    public static PaymentClaim claim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore,
            String endpoint, String resource, BigInteger amount, String payTo, @Nullable String caller) {
        return PaymentClaim.builder(key, fingerprint, requirements(key, amount, payTo))
            .validBefore(validBefore)
            .resource(endpoint, resource)
            .caller(caller)
            .build();
    }

    public static PaymentRequirements requirements(PaymentKey key, BigInteger amount, String payTo) {
        return new PaymentRequirements("exact", key.network(), new TokenAmount(amount), key.asset(), payTo, 60,
                Map.of("name", "USDC", "version", "2"));
    }

    public static StoredTerms terms(String scheme, BigInteger amount, String payTo) {
        return new StoredTerms(scheme, amount, payTo, null);
    }

}
