package io.github.x402spring.test.contract;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * The scheme exact on EVM chains, and the faults that the contract has to find in it.
 */
final class SmallScheme implements PaymentScheme {

    private static final AtomicLong counter = new AtomicLong();

    private final PaymentScheme scheme = new ExactEvmScheme(SignatureRecovery.web3j(), false);

    private final AtomicReference<@Nullable Screening> last = new AtomicReference<>();

    private final @Nullable Fault fault;

    SmallScheme(@Nullable Fault fault) {
        this.fault = fault;
    }

    private boolean has(Fault fault) {
        return this.fault == fault;
    }

    @Override
    public String name() {
        return has(Fault.HAS_ANOTHER_NAME) ? "other" : this.scheme.name();
    }

    @Override
    public String recipient(String payTo, Network network) {
        if (has(Fault.QUOTES_A_KEY) && payTo.length() > 42) {
            throw new IllegalArgumentException("No address: " + payTo);
        }
        return has(Fault.TAKES_ANY_RECIPIENT) ? payTo : this.scheme.recipient(payTo, network);
    }

    @Override
    public boolean supports(PaymentRequirements requirements) {
        return has(Fault.SUPPORTS_ALL) || (this.scheme.supports(requirements)
                && !(has(Fault.NEEDS_A_RECIPIENT) && requirements.payTo().isEmpty()));
    }

    @Override
    public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        Screening screening = screenWithFault(payload, requirements, now);
        if (has(Fault.MIXES_PAYMENTS_UP)) {
            Screening previous = this.last.getAndSet(screening);
            Thread.yield();
            return (previous instanceof Screening.Passed && screening instanceof Screening.Passed) ? previous
                    : screening;
        }
        return switch (screening) {
            case Screening.Passed(Authorization authorization, boolean proved) ->
                new Screening.Passed(changed(authorization, payload), proved);
            case Screening.Expired expired when has(Fault.TAKES_EXPIRED_FOR_FAILED) ->
                new Screening.Failed(expired.reason());
            case Screening.Expired expired -> expired;
            case Screening.Failed failed -> failed;
            case Screening.Malformed malformed when has(Fault.THROWS_AT_GARBAGE) ->
                throw new IllegalArgumentException("Garbage");
            case Screening.Malformed malformed -> malformed;
        };
    }

    private Screening screenWithFault(PaymentPayload payload, PaymentRequirements terms, Instant now) {
        PaymentRequirements judged = new PaymentRequirements(terms.scheme(),
                has(Fault.IGNORES_THE_NETWORK) ? Network.parse("base-sepolia") : terms.network(),
                has(Fault.IGNORES_THE_AMOUNT) ? TokenAmount.of(10_000) : terms.amount(),
                has(Fault.IGNORES_THE_TOKEN) ? SmallFacilitatorCase.TERMS.asset() : terms.asset(),
                has(Fault.IGNORES_THE_RECIPIENT) ? SmallFacilitatorCase.TERMS.payTo() : terms.payTo(),
                terms.maxTimeoutSeconds(), terms.extra());
        if (has(Fault.PROVES_NOTHING) && this.scheme.screenTerms(payload, judged,
                now) instanceof Screening.Passed(var authorization, var proved)) {
            return new Screening.Passed(authorization, true);
        }
        if (has(Fault.IGNORES_EXPIRY) && this.scheme.screen(payload, judged,
                now) instanceof Screening.Expired(var authorization, var reason, var proved)) {
            return new Screening.Passed(authorization, proved);
        }
        return this.scheme.screen(payload, judged, now);
    }

    private Authorization changed(Authorization authorization, PaymentPayload payload) {
        Map<?, ?> signed = (Map<?, ?>) payload.payload().get("authorization");
        String nonce = authorization.nonce();
        if (has(Fault.MAKES_NONCES_UP)) {
            nonce = nonce + counter.incrementAndGet();
        }
        if (has(Fault.HAS_ONE_NONCE)) {
            nonce = "0x0";
        }
        if (has(Fault.KEEPS_THE_CASE)) {
            nonce = String.valueOf(signed.get("nonce"));
        }
        return new Authorization(has(Fault.NAMES_NO_PAYER) ? "" : authorization.payer(), nonce,
                has(Fault.EXTENDS_VALIDITY) ? authorization.validBefore().plusSeconds(86_400)
                        : authorization.validBefore());
    }

    @Override
    public Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return has(Fault.SCREENS_NO_TERMS) ? screen(payload, SmallFacilitatorCase.TERMS, now)
                : this.scheme.screenTerms(payload, requirements, now);
    }

    @Override
    public PaymentPayload normalize(PaymentPayload payload, PaymentRequirements requirements) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(payload.tree());
        Map<String, @Nullable Object> scheme = new LinkedHashMap<>(payload.payload());
        tree.put("payload", scheme);
        if (has(Fault.DROPS_MEMBERS)) {
            scheme.keySet().removeIf((name) -> name.startsWith("x402-"));
            return new PaymentPayload(payload.x402Version(), tree);
        }
        if (has(Fault.NORMALIZES_TO_ANOTHER_FORM_EACH_TIME)) {
            scheme.put("count", counter.incrementAndGet());
            return new PaymentPayload(payload.x402Version(), tree);
        }
        if (has(Fault.BREAKS_WHAT_WAS_SIGNED)) {
            scheme.computeIfPresent("signature", (name, value) -> String.valueOf(value).replace('1', '2'));
            return new PaymentPayload(payload.x402Version(), tree);
        }
        if (has(Fault.NORMALIZES_WITHOUT_LOOKING)) {
            scheme.put("signature", String.valueOf((Object) scheme.get("signature")).substring(2));
        }
        return this.scheme.normalize(payload, requirements);
    }

    @Override
    public Optional<byte[]> signature(PaymentPayload payload) {
        return has(Fault.HAS_ONE_SIGNATURE) ? Optional.of(new byte[] { 1 }) : this.scheme.signature(payload);
    }

    @Override
    public Optional<SignedPayment> identify(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        if (has(Fault.IDENTIFIES_FOR_ANYONE)) {
            return this.scheme.identify(payload, SmallFacilitatorCase.TERMS, now);
        }
        if (has(Fault.IDENTIFIES_BY_PRICE)) {
            return this.scheme.identify(payload, requirements, now)
                .map((signed) -> new SignedPayment(new Authorization(signed.authorization().payer(),
                        signed.authorization().nonce() + requirements.amount().toString().toLowerCase(Locale.ROOT),
                        signed.authorization().validBefore()), signed.proved()));
        }
        if (has(Fault.IDENTIFIES_NOTHING_EXPIRED)
                && this.scheme.screen(payload, requirements, now) instanceof Screening.Expired) {
            return Optional.empty();
        }
        return this.scheme.identify(payload, requirements, now);
    }

    /**
     * Ways to do it wrong.
     */
    enum Fault {

        HAS_ANOTHER_NAME, TAKES_ANY_RECIPIENT, QUOTES_A_KEY, NEEDS_A_RECIPIENT, SUPPORTS_ALL, IGNORES_THE_NETWORK,
        IGNORES_THE_AMOUNT, IGNORES_THE_TOKEN, IGNORES_THE_RECIPIENT, IGNORES_EXPIRY, PROVES_NOTHING,
        TAKES_EXPIRED_FOR_FAILED, THROWS_AT_GARBAGE, MIXES_PAYMENTS_UP, MAKES_NONCES_UP, HAS_ONE_NONCE, KEEPS_THE_CASE,
        NAMES_NO_PAYER, EXTENDS_VALIDITY, SCREENS_NO_TERMS, DROPS_MEMBERS, NORMALIZES_TO_ANOTHER_FORM_EACH_TIME,
        BREAKS_WHAT_WAS_SIGNED, NORMALIZES_WITHOUT_LOOKING, HAS_ONE_SIGNATURE, IDENTIFIES_FOR_ANYONE,
        IDENTIFIES_BY_PRICE, IDENTIFIES_NOTHING_EXPIRED

    }

}
