package io.github.x402spring.gate;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Value of a facilitator's reasons as evidence of what happened to a payment. Immutable.
 * <ul>
 * <li>Some reasons precede sending: a settlement that was refused for one of them moved
 * nothing. They are listed one by one; a reason that is not listed proves nothing.
 * <li>With some reasons at verification, the payment may be settled all the same, or was.
 * They are known by the words they are made of, because each family of codes has its own.
 * <li>A reason may state that another transfer used the authorization. The transaction
 * that such a refusal names is that other transfer.
 * </ul>
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * error codes</a>
 */
public final class RefusalReasons {

    private static final Set<String> BEFORE_SENDING = Set.of("settlement_not_sent", "settlement_reverted",
            "insufficient_funds", "invalid_network", "invalid_payload", "invalid_payment_requirements",
            "invalid_scheme", "unsupported_scheme", "invalid_x402_version", "unsupported_payload_type",
            "invalid_exact_evm_scheme", "invalid_exact_evm_network_mismatch", "invalid_exact_evm_missing_eip712_domain",
            "invalid_exact_evm_recipient_mismatch", "invalid_exact_evm_payload_recipient_mismatch",
            "invalid_exact_evm_signature", "invalid_exact_evm_payload_signature",
            "invalid_exact_evm_failed_to_parse_signature", "invalid_exact_evm_payload_authorization_valid_before",
            "invalid_exact_evm_payload_authorization_valid_after", "invalid_exact_evm_authorization_value",
            "invalid_exact_evm_payload_authorization_value_mismatch",
            "invalid_exact_evm_payload_undeployed_smart_wallet", "invalid_exact_evm_token_name_mismatch",
            "invalid_exact_evm_token_version_mismatch", "invalid_exact_evm_insufficient_balance",
            "asset_not_deployed_contract", "eip6492_factory_not_allowed", "reverted_gas_budget_burnt",
            "invalid_permit2_spender", "invalid_permit2_recipient_mismatch", "invalid_permit2_signature",
            "permit2_deadline_expired", "permit2_not_yet_valid", "permit2_amount_mismatch", "permit2_token_mismatch",
            "permit2_allowance_required", "permit2_insufficient_balance", "invalid_exact_svm_payload_missing_fee_payer",
            "invalid_exact_svm_payload_transaction", "invalid_exact_svm_payload_transaction_could_not_be_decoded",
            "invalid_exact_svm_payload_signature_invalid", "invalid_exact_svm_payload_excessive_signers",
            "invalid_exact_svm_payload_transaction_instructions_length",
            "invalid_exact_svm_payload_transaction_instructions_compute_limit_instruction_too_high",
            "invalid_exact_svm_payload_unknown_fourth_instruction",
            "invalid_exact_svm_payload_unknown_fifth_instruction",
            "invalid_exact_svm_payload_unknown_sixth_instruction",
            "invalid_exact_svm_payload_unknown_seventh_instruction",
            "invalid_exact_svm_payload_unknown_optional_instruction",
            "invalid_exact_svm_payload_transaction_instructions_compute_limit_instruction",
            "invalid_exact_svm_payload_transaction_instructions_compute_price_instruction",
            "invalid_exact_svm_payload_transaction_instructions_compute_price_instruction_too_high",
            "invalid_exact_svm_payload_no_transfer_instruction",
            "invalid_exact_svm_payload_transaction_fee_payer_transferring_funds",
            "invalid_exact_svm_payload_mint_mismatch", "invalid_exact_svm_payload_recipient_mismatch",
            "invalid_exact_svm_payload_amount_mismatch", "invalid_exact_svm_payload_memo_mismatch",
            "invalid_exact_svm_payload_memo_count", "invalid_exact_svm_unsupported_scheme",
            "invalid_exact_svm_network_mismatch");

    private static final Set<String> USED = Set.of(ReasonCode.EVM_NONCE_ALREADY_USED.value(), "permit2_invalid_nonce");

    private static final RefusalReasons STANDARD = new RefusalReasons(BEFORE_SENDING);

    private final Set<String> beforeSending;

    private RefusalReasons(Set<String> beforeSending) {
        this.beforeSending = Set.copyOf(beforeSending);
    }

    /**
     * Returns the reasons of the protocol.
     * @return the reasons
     */
    public static RefusalReasons standard() {
        return STANDARD;
    }

    /**
     * Adds reasons of a facilitator that precede sending.
     * @param reasons the reasons; each is compared to the letter
     * @return these reasons and the given ones
     * @throws IllegalArgumentException if one of them is a reason with which the payment
     * may be settled all the same
     */
    public RefusalReasons andBeforeSending(Collection<ReasonCode> reasons) {
        if (reasons.stream().anyMatch(this::leaveOpen)) {
            throw new IllegalArgumentException("'reasons' must not contain reasons that leave a settlement possible");
        }
        return new RefusalReasons(Stream.concat(this.beforeSending.stream(), reasons.stream().map(ReasonCode::value))
            .collect(Collectors.toSet()));
    }

    /**
     * Tells whether a refusal of the first attempt proves that nothing was settled: it
     * names no transaction and its reason precedes sending.
     * @param refusal the refusal
     * @return whether it does
     */
    public boolean proveNothingSettled(SettleResponse refusal) {
        ReasonCode reason = refusal.errorReason();
        return !refusal.success() && refusal.transaction().isBlank() && reason != null
                && this.beforeSending.contains(reason.value());
    }

    /** Tells whether a facilitator says that the authorization was used. */
    boolean sayUsed(@Nullable ReasonCode reason) {
        return reason != null && USED.contains(reason.value());
    }

    /**
     * Tells whether a payment that a facilitator calls invalid may be settled all the
     * same, or was: a simulation fails also because the same authorization waits to be
     * settled, or has been.
     */
    boolean leaveOpen(@Nullable ReasonCode reason) {
        if (reason == null || ReasonCode.UNSPECIFIED.equals(reason) || ReasonCode.UNEXPECTED_VERIFY_ERROR.equals(reason)
                || USED.contains(reason.value())) {
            return true;
        }
        Set<String> words = words(reason);
        return words.contains("pending") || words.contains("duplicate")
                || (words.contains("simulation") && words.contains("failed"));
    }

    /**
     * Tells whether the transaction that a refusal names is that of another transfer.
     */
    boolean nameOtherTransfer(SettleResponse refusal) {
        ReasonCode reason = refusal.errorReason();
        return reason != null && (USED.contains(reason.value()) || words(reason).contains("duplicate"));
    }

    private static Set<String> words(ReasonCode reason) {
        return new HashSet<>(Arrays.asList(reason.value().toLowerCase(Locale.ROOT).split("[^a-z0-9]+")));
    }

}
