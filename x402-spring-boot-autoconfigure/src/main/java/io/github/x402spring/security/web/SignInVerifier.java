package io.github.x402spring.security.web;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.BaseUrl;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.scheme.exact.evm.WalletSignature;

/**
 * Verifier of sign-in proofs against the address of this server and the nonces that it
 * issued, cheap checks first. Thread-safe.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * extension sign-in-with-x</a>
 */
final class SignInVerifier {

    private static final Logger logger = LoggerFactory.getLogger(SignInVerifier.class);

    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** How far a client's clock may be ahead. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final String TYPE = "eip191";

    private final BaseUrl baseUrl;

    private final SignInNonces nonces;

    private final SignatureRecovery recovery;

    private final @Nullable ContractSignatures contracts;

    private final Clock clock;

    SignInVerifier(BaseUrl baseUrl, SignInNonces nonces, SignatureRecovery recovery,
            @Nullable ContractSignatures contracts, Clock clock) {
        this.baseUrl = baseUrl;
        this.nonces = nonces;
        this.recovery = recovery;
        this.contracts = contracts;
        this.clock = clock;
    }

    Result verify(Map<String, @Nullable Object> proof) {
        SignInMessage message = SignInMessage.tryParse(proof).orElse(null);
        if (message == null || !(proof.get("signature") instanceof String)) {
            return new Refused("invalid_siwx_header");
        }
        String fault = fault(message);
        if (fault != null) {
            return new Refused(fault);
        }
        WalletSignature signature = WalletSignature.tryParse(proof.get("signature")).orElse(null);
        if (signature == null || !TYPE.equals(proof.get("type"))) {
            return new Refused("invalid_siwx_malformed_signature");
        }
        byte[] digest = message.digest();
        if (signature.madeBy(message.address(), digest, this.recovery).isPresent()) {
            return this.nonces.use(message.nonce()) ? new Verified(message.address(), message.network(), false)
                    : new Refused("invalid_siwx_nonce");
        }
        return (this.contracts != null) ? askContract(this.contracts, message, digest, signature.bytes())
                : new Refused("invalid_siwx_signature");
    }

    /**
     * Uses the nonce up first, so that a stranger causes one call to a node for each
     * nonce.
     */
    private Result askContract(ContractSignatures contracts, SignInMessage message, byte[] digest, byte[] signature) {
        if (!this.nonces.use(message.nonce())) {
            return new Refused("invalid_siwx_nonce");
        }
        try {
            return contracts.isValid(message.network(), message.address(), digest, signature)
                    ? new Verified(message.address(), message.network(), true) : new Refused("invalid_siwx_signature");
        }
        catch (IOException ex) {
            logger.warn("A contract wallet on {} could not sign in: {}", message.network(), ex.getMessage());
            return new Refused("siwx_chain_not_reached");
        }
    }

    private @Nullable String fault(SignInMessage message) {
        if (!message.domain().equals(this.baseUrl.authority())) {
            return "invalid_siwx_domain_mismatch";
        }
        if (!this.baseUrl.sameOrigin(message.uri())) {
            return "invalid_siwx_uri_mismatch";
        }
        String fault = timeFault(message, this.clock.instant());
        return (fault == null && !this.nonces.isValid(message.nonce())) ? "invalid_siwx_nonce" : fault;
    }

    private static @Nullable String timeFault(SignInMessage message, Instant now) {
        Instant issuedAt = instant(message.issuedAt());
        if (issuedAt == null) {
            return "invalid_siwx_issued_at";
        }
        if (issuedAt.isBefore(now.minus(MAX_AGE))) {
            return "invalid_siwx_issued_at_too_old";
        }
        if (issuedAt.isAfter(now.plus(SKEW))) {
            return "invalid_siwx_issued_at_in_future";
        }
        if (message.expirationTime() != null) {
            Instant end = instant(message.expirationTime());
            if (end == null || !end.isAfter(now)) {
                return (end == null) ? "invalid_siwx_expiration_time" : "invalid_siwx_expired";
            }
        }
        if (message.notBefore() != null) {
            Instant begin = instant(message.notBefore());
            if (begin == null || begin.isAfter(now.plus(SKEW))) {
                return (begin == null) ? "invalid_siwx_not_before" : "invalid_siwx_not_yet_valid";
            }
        }
        return null;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        }
        catch (DateTimeException ex) {
            return null;
        }
    }

    /** Outcome of a check. */
    sealed interface Result {

    }

    /**
     * The caller is the wallet.
     *
     * @param address the wallet
     * @param network the chain that the wallet named
     * @param contract whether it is a contract on that chain rather than a key
     */
    record Verified(EvmAddress address, Network network, boolean contract) implements Result {
    }

    /**
     * The proof is not valid.
     *
     * @param code why, for the log
     */
    record Refused(String code) implements Result {
    }

}
