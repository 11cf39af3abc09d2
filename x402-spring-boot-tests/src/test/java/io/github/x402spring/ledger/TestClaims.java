package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Claims for tests of ledgers.
 */
public final class TestClaims {

    /** So late that a server with a clock of its own forgets nothing. */
    public static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    public static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    public static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET", "/report", "", new byte[0]);

    public static final String TRANSACTION = "0x" + "c".repeat(64);

    private static final String PAY_TO = "0x" + "d".repeat(40);

    private TestClaims() {
    }

    public static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40), "0x" + "b".repeat(40),
                "0x%064x".formatted(number));
    }

    public static PaymentClaim claim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore) {
        return claim(key, fingerprint, validBefore, "report", "https://api.example.com/report", BigInteger.TEN, PAY_TO,
                "alice");
    }

    /** Makes a claim of an x402 payment in the scheme exact, with a few extra terms. */
    public static PaymentClaim claim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore,
            String endpoint, String resource, BigInteger amount, String payTo, @Nullable String caller) {
        return new PaymentClaim(key, Rail.X402, fingerprint, validBefore, endpoint, resource,
                requirements(key, amount, payTo), caller, null, null);
    }

    public static PaymentRequirements requirements(PaymentKey key, BigInteger amount, String payTo) {
        return new PaymentRequirements("exact", key.network(), new TokenAmount(amount), key.asset(), payTo, 60,
                Map.of("name", "USDC", "version", "2"));
    }

    public static StoredTerms terms(String scheme, BigInteger amount, String payTo) {
        return new StoredTerms(scheme, amount, payTo, null);
    }

}
