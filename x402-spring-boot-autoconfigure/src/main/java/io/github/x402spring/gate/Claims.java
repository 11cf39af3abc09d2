package io.github.x402spring.gate;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Claims of payments: what each authorization is to be used for, as the ledger stores it.
 */
final class Claims {

    /** Visible characters of ASCII. */
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,255}");

    private Claims() {
    }

    /**
     * Returns the terms that the client accepted, or {@code null} if they are not ours or
     * if the client names another resource.
     */
    static @Nullable Offer offer(PaymentAttempt attempt) {
        if (!attempt.resource().matches(attempt.payload().tree().get("resource"))) {
            return null;
        }
        for (Offer offer : attempt.offers()) {
            if (offer.isAcceptedBy(attempt.payload())) {
                return offer;
            }
        }
        return null;
    }

    static PaymentKey key(Offer offer, Authorization authorization) {
        PaymentRequirements requirements = offer.requirements();
        return new PaymentKey(requirements.network(), offer.assetKey(), authorization.payer(), authorization.nonce());
    }

    static PaymentClaim claim(PaymentAttempt attempt, Offer offer, Authorization authorization,
            @Nullable String signatureDigest) {
        PaymentClaim claim = new PaymentClaim(key(offer, authorization), Rail.X402, attempt.fingerprint(),
                authorization.validBefore(), attempt.endpoint().name(), attempt.resource().url(), offer.requirements(),
                attempt.exchange().caller(), signatureDigest, null);
        PaymentIdentifier identifier = identifier(attempt, claim);
        return (identifier != null) ? claim.withIdentifier(identifier) : claim;
    }

    /**
     * The protocol's own identifier wins over the transport's: it is declared, and
     * travels with the payment.
     */
    private static @Nullable PaymentIdentifier identifier(PaymentAttempt attempt, PaymentClaim claim) {
        PaymentIdentifierMode mode = attempt.endpoint().identifier();
        if (mode == PaymentIdentifierMode.OFF) {
            return null;
        }
        String name = PaymentIdentifierExtension.identifier(attempt.payload(), mode);
        String idempotencyKey = idempotencyKey(attempt.exchange().idempotencyKeys());
        if (name != null) {
            return identifier(claim, PaymentIdentifierExtension.KEY, name);
        }
        return (idempotencyKey != null) ? identifier(claim, "idempotency-key", idempotencyKey) : null;
    }

    private static @Nullable String idempotencyKey(List<String> keys) {
        if (keys.isEmpty()) {
            return null;
        }
        if (keys.size() > 1 || !IDEMPOTENCY_KEY.matcher(keys.get(0)).matches()) {
            throw new UnreadableRequestException(Reason.PAYMENT_IDENTIFIER);
        }
        return keys.get(0);
    }

    private static PaymentIdentifier identifier(PaymentClaim claim, String kind, String name) {
        PaymentKey key = claim.key();
        FieldDigest terms = new FieldDigest().add(claim.fingerprint().value())
            .add(claim.endpoint())
            .add(claim.scheme())
            .add(key.network().toString())
            .add(key.asset())
            .add(claim.amount().toString())
            .add(claim.payTo());
        return PaymentIdentifier.of(claim.caller(), key.payer(), kind, name, terms);
    }

}
