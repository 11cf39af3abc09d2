package io.github.x402spring.limit;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Payments for an endpoint, as limits see them.
 */
final class Payments {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    static final Network NETWORK = Network.parse("base-sepolia");

    static final String PAYER = "0x" + "f3".repeat(20);

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", NETWORK, TokenAmount.of(10_000),
            "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of("name", "USDC", "version", "2"));

    static final PaymentKey KEY = key(PAYER, "0x" + "11".repeat(32));

    private Payments() {
    }

    static PaymentKey key(String payer, String nonce) {
        return new PaymentKey(NETWORK, TERMS.asset(), payer, nonce);
    }

    static PaymentClaim claim(PaymentKey key, @Nullable String caller) {
        RequestFingerprint fingerprint = RequestFingerprint.of("report", "GET", "/report", "", new byte[0]);
        return new PaymentClaim(key, Rail.X402, fingerprint, VALID_BEFORE, "report", "/report", TERMS, caller, null,
                null);
    }

    static PaidEndpointDefinition endpoint(String... tags) {
        return new PaidEndpointDefinition("report", "", "", null, PaymentFlow.AUTHORIZATION, false, Set.of(tags), null,
                PaymentIdentifierMode.OFF);
    }

}
