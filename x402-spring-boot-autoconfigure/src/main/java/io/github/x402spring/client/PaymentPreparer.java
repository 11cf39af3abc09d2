package io.github.x402spring.client;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpRequest;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.client.PaymentRefusedException.Refusal;
import io.github.x402spring.codec.DecodedTerms;
import io.github.x402spring.codec.DecodedTerms.Offer;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.scheme.exact.evm.WalletSignature;

/**
 * Preparer of payments, which chooses the first way to pay that the policy allows and
 * signs it.
 */
final class PaymentPreparer {

    private static final Logger logger = LoggerFactory.getLogger(PaymentPreparer.class);

    private static final String IDENTIFIER = "payment-identifier";

    private static final int MAX_EXPLAINED = 20;

    private final PaymentSigner signer;

    private final PaymentPolicy policy;

    private final Duration longestValidity;

    private final Clock clock;

    private final SecureRandom random;

    PaymentPreparer(PaymentSigner signer, PaymentPolicy policy, Duration longestValidity, Clock clock,
            SecureRandom random) {
        this.signer = signer;
        this.policy = policy;
        this.longestValidity = longestValidity;
        this.clock = clock;
        this.random = random;
    }

    PreparedPayment prepare(HttpRequest request, DecodedTerms terms) {
        Offer.Readable chosen = choose(request, terms);
        PaymentRequirements requirements = chosen.requirements();
        long validity = Math.min(requirements.maxTimeoutSeconds(), this.longestValidity.toSeconds());
        Instant expiresAt = Instant.ofEpochSecond(this.clock.instant().getEpochSecond() + validity);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("x402Version", 2);
        byte[] random = new byte[32];
        this.random.nextBytes(random);
        String nonce = "0x" + HexFormat.of().formatHex(random);
        message.put("payload", sign(requirements, expiresAt, nonce));
        putIfPresent(message, "extensions",
                (terms.tree().get("extensions") instanceof Map<?, ?> map) ? withIdentifier(map) : null);
        putIfPresent(message, "resource", terms.tree().get("resource"));
        message.put("accepted", chosen.tree());
        return new PreparedPayment(new SignedPayment(request.getMethod(), request.getURI(), requirements,
                this.signer.address(), nonce, expiresAt), PaymentTerms.CODEC.encode(message));
    }

    private Offer.Readable choose(HttpRequest request, DecodedTerms terms) {
        Refusal general = this.policy.refusalOf(request.getURI(), terms.required().resource().url());
        if (general != null) {
            throw refused(request, List.of(general));
        }
        List<Refusal> refusals = new ArrayList<>();
        for (Offer offer : terms.offers()) {
            Refusal refusal = switch (offer) {
                case Offer.Readable(PaymentRequirements requirements, var tree) -> refusalOf(requirements);
                case Offer.Unreadable(String problem) ->
                    new Refusal(Reason.UNREADABLE, "the entry is not readable (" + problem + ")");
            };
            if (refusal == null) {
                return (Offer.Readable) offer;
            }
            refusals.add(refusal);
            logger.debug("Way to pay {} of {} was skipped: {}", refusals.size(), terms.offers().size(), refusal.text());
        }
        throw refused(request, refusals);
    }

    private @Nullable Refusal refusalOf(PaymentRequirements requirements) {
        Refusal refusal = unsupported(requirements);
        return (refusal != null) ? refusal : this.policy.refusalOf(requirements);
    }

    private static @Nullable Refusal unsupported(PaymentRequirements terms) {
        if (!"exact".equals(terms.scheme())) {
            return new Refusal(Reason.UNSUPPORTED, "only the scheme exact is paid");
        }
        Object method = terms.extra().get("assetTransferMethod");
        if (method != null && !"eip3009".equals(method)) {
            return new Refusal(Reason.UNSUPPORTED, "only EIP-3009 transfers are signed");
        }
        Object flow = terms.extra().get("paymentFlow");
        if (flow != null && !PaymentFlow.AUTHORIZATION.wireName().equals(flow)
                && !PaymentFlow.UPFRONT.wireName().equals(flow)) {
            return new Refusal(Reason.UNSUPPORTED, "the payment flow is not known");
        }
        if (terms.network().isEvm() && EvmAddress.tryParse(terms.payTo()).isEmpty()) {
            return new Refusal(Reason.UNSUPPORTED, "the recipient is not an address");
        }
        return null;
    }

    private Map<String, Object> sign(PaymentRequirements terms, Instant expiresAt, String nonce) {
        Map<String, Object> authorization = new LinkedHashMap<>();
        authorization.put("from", this.signer.address());
        authorization.put("to", EvmAddress.tryParse(terms.payTo()).orElseThrow().checksummed());
        authorization.put("value", terms.amount().toString());
        authorization.put("validAfter", "0");
        authorization.put("validBefore", Long.toString(expiresAt.getEpochSecond()));
        authorization.put("nonce", nonce);
        byte[] digest = TransferAuthorization.tryParse(authorization)
            .orElseThrow()
            .digest(Eip712Domain.of(terms).orElseThrow());
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("authorization", authorization);
        payload.put("signature", WalletSignature.of(this.signer.sign(digest)).keyForm().toHex());
        return payload;
    }

    /**
     * Adds a payment identifier where the server declares the extension. It is part of
     * the payment, so a payment that is presented again has the same one.
     */
    private Map<?, ?> withIdentifier(Map<?, ?> declared) {
        if (!(declared.get(IDENTIFIER) instanceof Map<?, ?> extension)
                || !(extension.get("info") instanceof Map<?, ?> info)) {
            return declared;
        }
        byte[] id = new byte[16];
        this.random.nextBytes(id);
        return with(declared, IDENTIFIER,
                with(extension, "info", with(info, "id", "pay_" + HexFormat.of().formatHex(id))));
    }

    private static Map<Object, Object> with(Map<?, ?> map, String name, Object value) {
        Map<Object, Object> copy = new LinkedHashMap<>(map);
        copy.put(name, value);
        return copy;
    }

    private static void putIfPresent(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private static PaymentRefusedException refused(HttpRequest request, List<Refusal> refusals) {
        StringBuilder message = new StringBuilder("Nothing was paid to ")
            .append(Origin.of(request.getURI()).map(Origin::toString).orElse("the server"));
        List<Reason> reasons = new ArrayList<>();
        for (Refusal refusal : refusals) {
            if (reasons.size() < MAX_EXPLAINED) {
                message.append(reasons.isEmpty() ? ": " : "; ").append(refusal.text());
            }
            reasons.add(refusal.reason());
        }
        if (reasons.size() > MAX_EXPLAINED) {
            message.append("; and ").append(reasons.size() - MAX_EXPLAINED).append(" more");
        }
        return new PaymentRefusedException(message.toString(), reasons);
    }

}
