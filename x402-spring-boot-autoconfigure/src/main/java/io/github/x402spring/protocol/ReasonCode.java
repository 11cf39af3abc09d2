package io.github.x402spring.protocol;

import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Machine-readable reason of the protocol. The vocabulary is open: facilitators add their
 * own codes, so unknown ones are retained, while text that is no code at all (spaces,
 * markup, kilobytes) becomes {@link #UNSPECIFIED}.
 *
 * @param value the code
 * @since 0.1.0
 */
public record ReasonCode(String value) {

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,96}");

    /** Stands for a reason that was absent or not a code. */
    public static final ReasonCode UNSPECIFIED = new ReasonCode("unspecified");

    /** The payload names a scheme that this server did not offer. */
    public static final ReasonCode UNSUPPORTED_SCHEME = new ReasonCode("unsupported_scheme");

    /** The payload has none of the shapes that the scheme knows. */
    public static final ReasonCode UNSUPPORTED_PAYLOAD_TYPE = new ReasonCode("unsupported_payload_type");

    /** The payload has the right shape and unusable values. */
    public static final ReasonCode INVALID_PAYLOAD = new ReasonCode("invalid_payload");

    /** The terms are none under which this facilitator settles, or not the payer's. */
    public static final ReasonCode INVALID_PAYMENT_REQUIREMENTS = new ReasonCode("invalid_payment_requirements");

    /** The network is none on which this facilitator settles. */
    public static final ReasonCode INVALID_NETWORK = new ReasonCode("invalid_network");

    /** The settlement was sent and its outcome is not known yet. */
    public static final ReasonCode SETTLEMENT_PENDING = new ReasonCode("settlement_pending");

    /**
     * Nothing was sent: no capacity, or no node available. Sent by facilitators of this
     * project; others reply likewise without a code.
     */
    public static final ReasonCode SETTLEMENT_NOT_SENT = new ReasonCode("settlement_not_sent");

    /**
     * The transaction is in a block and was reverted, and the authorization is unused.
     * Sent by facilitators of this project, which read both from the chain; such a reply
     * names no transaction.
     */
    public static final ReasonCode SETTLEMENT_REVERTED = new ReasonCode("settlement_reverted");

    /** The facilitator could not determine whether the payment is valid. */
    public static final ReasonCode UNEXPECTED_VERIFY_ERROR = new ReasonCode("unexpected_verify_error");

    /** The facilitator could not determine why settling failed. */
    public static final ReasonCode UNEXPECTED_SETTLE_ERROR = new ReasonCode("unexpected_settle_error");

    /** The terms lack the EIP-712 name or version of the token. */
    public static final ReasonCode EVM_MISSING_EIP712_DOMAIN = new ReasonCode(
            "invalid_exact_evm_missing_eip712_domain");

    /** The signature does not belong to the payer. */
    public static final ReasonCode EVM_SIGNATURE = new ReasonCode("invalid_exact_evm_signature");

    /** The signature is none that this server can judge without a chain. */
    public static final ReasonCode EVM_FAILED_TO_PARSE_SIGNATURE = new ReasonCode(
            "invalid_exact_evm_failed_to_parse_signature");

    /** The authorization pays another recipient. */
    public static final ReasonCode EVM_RECIPIENT_MISMATCH = new ReasonCode("invalid_exact_evm_recipient_mismatch");

    /** The authorization has expired, is about to, or is valid for too long. */
    public static final ReasonCode EVM_VALID_BEFORE = new ReasonCode(
            "invalid_exact_evm_payload_authorization_valid_before");

    /** The authorization is not valid yet. */
    public static final ReasonCode EVM_VALID_AFTER = new ReasonCode(
            "invalid_exact_evm_payload_authorization_valid_after");

    /** The authorization is for another amount. */
    public static final ReasonCode EVM_VALUE_MISMATCH = new ReasonCode(
            "invalid_exact_evm_payload_authorization_value_mismatch");

    /** Replaces a reason of the facilitator's own, which the payer does not see. */
    public static final ReasonCode PAYMENT_REJECTED = new ReasonCode("payment_rejected");

    /** The authorization's nonce has been used or cancelled. */
    public static final ReasonCode EVM_NONCE_ALREADY_USED = new ReasonCode("invalid_exact_evm_nonce_already_used");

    public ReasonCode {
        Objects.requireNonNull(value, "'value' must not be null");
        if (!CODE.matcher(value).matches()) {
            throw new IllegalArgumentException("'value' must be a reason code");
        }
    }

    /**
     * Reads a reason from outside.
     * @param text the text, or {@code null} if there was none
     * @return the code, or {@link #UNSPECIFIED} if the text is not one
     */
    public static ReasonCode of(@Nullable String text) {
        return (text != null && CODE.matcher(text).matches()) ? new ReasonCode(text) : UNSPECIFIED;
    }

    /**
     * Returns whether the specification or its reference implementation has this
     * reason. @return whether it has; a facilitator's own reason is not shown to the
     * payer
     */
    public boolean specified() {
        return SpecifiedReasons.contain(this.value);
    }

    /**
     * Returns the code.
     */
    @Override
    public String toString() {
        return this.value;
    }

}
