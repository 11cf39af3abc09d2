package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.Screening.Expired;
import io.github.x402spring.scheme.Screening.Failed;
import io.github.x402spring.scheme.Screening.Malformed;
import io.github.x402spring.scheme.Screening.Passed;
import io.github.x402spring.scheme.SignedPayment;

/**
 * Scheme {@code exact} on EVM chains, which moves tokens by EIP-3009. Thread-safe.
 * <p>
 * A signature by a key is proved here. A signature by a contract wallet can be verified
 * on a chain only: such payments are rejected, or passed on unproved for the facilitator
 * to verify.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * scheme exact on EVM</a>
 */
public final class ExactEvmScheme implements PaymentScheme {

    /** Time for which an authorization must still be valid to be settled. */
    private static final long MIN_REMAINING_SECONDS = MIN_REMAINING.toSeconds();

    private static final long HORIZON_SLACK_SECONDS = MAX_CLOCK_SKEW.toSeconds();

    /** A century: with any configuration, sums stay within {@code Instant}. */
    private static final long MAX_HORIZON_SECONDS = 3_155_760_000L;

    /** An authorization that ends later was never accepted. */
    private static final BigInteger MAX_TIME = BigInteger.valueOf(2 * MAX_HORIZON_SECONDS);

    private static final int MAX_CONTRACT_SIGNATURE_LENGTH = 8192;

    private static final String NAME = "exact";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{2,100}");

    /** 2<sup>160</sup> in decimal; a key is longer. */
    private static final int MAX_DIGITS_OF_ADDRESS = 49;

    private static final int CHECKSUMS = 1000;

    private static final ReasonCode V1_VALUE_MISMATCH = new ReasonCode("invalid_exact_evm_authorization_value");

    private final SignatureRecovery recovery;

    /** Checksummed addresses of the latest wallets, by the spelling of the client. */
    private final ConcurrentLruCache<String, String> checksums = new ConcurrentLruCache<>(CHECKSUMS,
            (address) -> EvmAddress.tryParse(address).map(EvmAddress::checksummed).orElse(address));

    private final boolean acceptContractSignatures;

    /**
     * Creates a scheme.
     * @param recovery the recovery of signers
     * @param acceptContractSignatures whether signatures that only a contract wallet can
     * confirm are passed on unproved; the facilitator must then verify every signature
     */
    public ExactEvmScheme(SignatureRecovery recovery, boolean acceptContractSignatures) {
        this.recovery = Objects.requireNonNull(recovery, "'recovery' must not be null");
        this.acceptContractSignatures = acceptContractSignatures;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PaymentRequirements requirements) {
        Object method = requirements.extra().get("assetTransferMethod");
        return NAME.equals(requirements.scheme()) && requirements.network().isEvm()
                && (method == null || "eip3009".equals(method));
    }

    /**
     * Returns an address with its checksum, which text in mixed case must have.
     */
    @Override
    public String recipient(String payTo, Network network) {
        boolean number = NUMBER.matcher(payTo).matches();
        if (EvmAddress.looksLikePrivateKey(payTo) || (number && payTo.length() > MAX_DIGITS_OF_ADDRESS)) {
            throw new IllegalArgumentException("It looks like a private key, which is longer than the address that is "
                    + "derived from it. If so, treat the key as leaked and move its funds");
        }
        if (number) {
            throw new IllegalArgumentException("It is a decimal number. YAML takes an address without quotes for one");
        }
        return EvmAddress.parse(payTo).checksummed();
    }

    @Override
    public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return screen(payload, requirements, now, true);
    }

    @Override
    public Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return screen(payload, requirements, now, false);
    }

    private Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now, boolean prove) {
        if (!supports(requirements)) {
            return new Failed(ReasonCode.UNSUPPORTED_SCHEME);
        }
        Map<String, @Nullable Object> tree = payload.payload();
        Object message = tree.get("authorization");
        // A facilitator takes a payload with both for Permit2, and would settle an
        // authorization that was not checked here.
        if (tree.containsKey("permit2Authorization") || message == null) {
            return new Failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE);
        }
        TransferAuthorization authorization = (message instanceof Map<?, ?> map)
                ? TransferAuthorization.tryParse(map).orElse(null) : null;
        WalletSignature signature = WalletSignature.tryParse(tree.get("signature")).orElse(null);
        if (authorization == null || signature == null) {
            return new Malformed();
        }
        Eip712Domain domain = Eip712Domain.of(requirements).orElse(null);
        if (domain == null) {
            return new Failed(ReasonCode.EVM_MISSING_EIP712_DOMAIN);
        }
        ReasonCode fault = mismatch(authorization, requirements, payload.x402Version(), now.getEpochSecond());
        if (fault != null) {
            return new Failed(fault);
        }
        boolean signatureDeferred = !prove && signature.length() == EcdsaSignature.LENGTH;
        boolean proved = !signatureDeferred && signedByPayer(domain, authorization, signature);
        fault = (signatureDeferred || proved) ? null : unprovedFault(signature);
        return (fault != null) ? new Failed(fault) : expiry(authorization, now.getEpochSecond(), proved);
    }

    @Override
    public Optional<SignedPayment> identify(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        Map<String, @Nullable Object> tree = payload.payload();
        if (!supports(requirements) || tree.containsKey("permit2Authorization")
                || !(tree.get("authorization") instanceof Map<?, ?> message)) {
            return Optional.empty();
        }
        TransferAuthorization authorization = TransferAuthorization.tryParse(message).orElse(null);
        WalletSignature signature = WalletSignature.tryParse(tree.get("signature")).orElse(null);
        Eip712Domain domain = Eip712Domain.of(requirements).orElse(null);
        if (authorization == null || signature == null || domain == null
                || !authorization.to().value().equalsIgnoreCase(requirements.payTo())
                || authorization.validBefore().compareTo(MAX_TIME) > 0) {
            return Optional.empty();
        }
        boolean proved = signedByPayer(domain, authorization, signature);
        return (proved || unprovedFault(signature) == null)
                ? Optional.of(new SignedPayment(signed(authorization), proved)) : Optional.empty();
    }

    private static @Nullable ReasonCode mismatch(TransferAuthorization authorization, PaymentRequirements requirements,
            int version, long now) {
        if (!authorization.to().value().equalsIgnoreCase(requirements.payTo())) {
            return ReasonCode.EVM_RECIPIENT_MISMATCH;
        }
        if (!authorization.value().equals(requirements.amount().value())) {
            return (version == 1) ? V1_VALUE_MISMATCH : ReasonCode.EVM_VALUE_MISMATCH;
        }
        if (authorization.validAfter().compareTo(BigInteger.valueOf(now)) > 0) {
            return ReasonCode.EVM_VALID_AFTER;
        }
        long horizon = now + Math.min(requirements.maxTimeoutSeconds(), MAX_HORIZON_SECONDS) + HORIZON_SLACK_SECONDS;
        if (authorization.validBefore().compareTo(BigInteger.valueOf(horizon)) > 0) {
            return ReasonCode.EVM_VALID_BEFORE;
        }
        return null;
    }

    /**
     * Writes the addresses with their checksums, without which some facilitators refuse a
     * payment, and the signature of a key in the form that tokens accept.
     */
    @Override
    public PaymentPayload normalize(PaymentPayload payload, PaymentRequirements requirements) {
        Map<String, @Nullable Object> tree = payload.payload();
        if (!(tree.get("authorization") instanceof Map<?, ?> authorization)) {
            return payload;
        }
        Object from = checksummed(authorization.get("from"), "");
        Object to = checksummed(authorization.get("to"), requirements.payTo());
        WalletSignature zeroBased = WalletSignature.tryParseZeroBased(tree.get("signature")).orElse(null);
        if (zeroBased == null && Objects.equals(from, authorization.get("from"))
                && Objects.equals(to, authorization.get("to"))) {
            return payload;
        }
        Map<String, @Nullable Object> signed = new LinkedHashMap<>();
        authorization.forEach((name, value) -> signed.put(String.valueOf(name), value));
        signed.computeIfPresent("from", (name, value) -> from);
        signed.computeIfPresent("to", (name, value) -> to);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(tree);
        copy.put("authorization", signed);
        if (zeroBased != null) {
            keyForm(zeroBased, authorization, requirements).ifPresent((form) -> copy.put("signature", form.toHex()));
        }
        Map<String, @Nullable Object> message = new LinkedHashMap<>(payload.tree());
        message.put("payload", copy);
        return new PaymentPayload(payload.x402Version(), message);
    }

    /**
     * Writes an address with its checksum. The recipient of our terms has it already,
     * unless it is in a single case.
     */
    private @Nullable Object checksummed(@Nullable Object address, String known) {
        if (!(address instanceof String text) || (text.equals(known) && HexText.hasUpperCase(text))) {
            return address;
        }
        return HexText.matches(text, EvmAddress.DIGITS) ? this.checksums.get(text) : text;
    }

    private Optional<WalletSignature> keyForm(WalletSignature signature, Map<?, ?> authorization,
            PaymentRequirements requirements) {
        return Eip712Domain.of(requirements)
            .flatMap((domain) -> TransferAuthorization.tryParse(authorization)
                .flatMap((message) -> key(domain, message, signature)));
    }

    @Override
    public Optional<byte[]> signature(PaymentPayload payload) {
        return WalletSignature.tryParse(payload.payload().get("signature")).map(WalletSignature::bytes);
    }

    private boolean signedByPayer(Eip712Domain domain, TransferAuthorization authorization, WalletSignature signature) {
        return signature.length() == EcdsaSignature.LENGTH && key(domain, authorization, signature).isPresent();
    }

    private Optional<WalletSignature> key(Eip712Domain domain, TransferAuthorization authorization,
            WalletSignature signature) {
        return signature.madeBy(authorization.from(), authorization.digest(domain), this.recovery);
    }

    /**
     * Signatures of contract wallets may have 65 bytes, too: where those are accepted, a
     * mismatch proves nothing.
     */
    private @Nullable ReasonCode unprovedFault(WalletSignature signature) {
        boolean shaped = signature.length() >= EcdsaSignature.LENGTH
                && signature.length() <= MAX_CONTRACT_SIGNATURE_LENGTH;
        if (this.acceptContractSignatures && shaped) {
            return null;
        }
        return (signature.length() == EcdsaSignature.LENGTH) ? ReasonCode.EVM_SIGNATURE
                : ReasonCode.EVM_FAILED_TO_PARSE_SIGNATURE;
    }

    /**
     * Checked last: only a caller with a valid signature learns whether an expired
     * payment is known here. An unproved one is treated alike: as invalid, it would make
     * a contract wallet pay again while its first settlement is unknown.
     */
    private static Screening expiry(TransferAuthorization authorization, long now, boolean proved) {
        Authorization signed = signed(authorization);
        return (signed.validBefore().getEpochSecond() < now + MIN_REMAINING_SECONDS)
                ? new Expired(signed, ReasonCode.EVM_VALID_BEFORE, proved) : new Passed(signed, proved);
    }

    private static Authorization signed(TransferAuthorization authorization) {
        return new Authorization(authorization.from().value(), authorization.nonce(),
                Instant.ofEpochSecond(authorization.validBefore().longValueExact()));
    }

}
