package io.github.x402spring.protocol;

import java.util.HashSet;
import java.util.Set;

/**
 * Reasons of the specification and of its reference implementation. Any other one is a
 * facilitator's own.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * error codes</a>
 */
final class SpecifiedReasons {

    private static final Set<String> ALL = all();

    private SpecifiedReasons() {
    }

    static boolean contain(String reason) {
        return ALL.contains(reason);
    }

    private static Set<String> all() {
        Set<String> reasons = new HashSet<>();
        add(reasons, "invalid_batch_settlement_evm_", """
                authorizer_address_mismatch authorizer_not_configured channel_busy channel_id_invalid
                channel_id_mismatch channel_not_found charge_exceeds_signed_cumulative claim_simulation_failed
                claim_transaction_failed cumulative_amount_mismatch cumulative_below_claimed
                cumulative_exceeds_balance deposit_below_min_deposit deposit_simulation_failed
                deposit_transaction_failed eip2612_amount_mismatch eip2612_asset_mismatch
                eip2612_deadline_expired eip2612_owner_mismatch eip2612_spender_mismatch
                eip6492_factory_not_allowed erc20_approval_unavailable erc3009_authorization_required
                insufficient_balance missing_channel missing_eip712_domain network_mismatch nothing_to_settle
                payload_authorization_valid_after payload_authorization_valid_before payload_type
                permit2_allowance_required permit2_amount_mismatch permit2_authorization_required
                permit2_deadline_expired permit2_invalid_signature permit2_invalid_spender
                receive_authorization_signature receiver_authorizer_mismatch receiver_mismatch
                refund_amount_invalid refund_no_balance refund_payload refund_simulation_failed
                refund_transaction_failed rpc_read_failed settle_simulation_failed settle_transaction_failed
                smart_wallet_deployment_failed token_mismatch verification_state_unavailable voucher_signature
                withdraw_delay_mismatch withdraw_delay_out_of_range
                """);
        add(reasons, "invalid_exact_svm_", """
                fee_payer_mismatch fee_payer_not_managed_by_facilitator invalid_fee_payer network_mismatch
                payload_amount_mismatch payload_excessive_signers payload_memo_count payload_memo_mismatch
                payload_mint_mismatch payload_missing_fee_payer payload_no_transfer_instruction
                payload_recipient_mismatch payload_signature_invalid payload_transaction
                payload_transaction_could_not_be_decoded payload_transaction_fee_payer_transferring_funds
                payload_transaction_instructions_compute_limit_instruction
                payload_transaction_instructions_compute_limit_instruction_too_high
                payload_transaction_instructions_compute_price_instruction
                payload_transaction_instructions_compute_price_instruction_too_high
                payload_transaction_instructions_length payload_unknown_fifth_instruction
                payload_unknown_fourth_instruction payload_unknown_optional_instruction
                payload_unknown_seventh_instruction payload_unknown_sixth_instruction
                smart_wallet_alt_resolution_failed smart_wallet_alt_resolution_not_available
                smart_wallet_cannot_derive_destination_ata smart_wallet_compute_budget_violation
                smart_wallet_compute_units_too_high smart_wallet_fee_payer_not_isolated
                smart_wallet_malformed_compute_budget smart_wallet_malformed_compute_limit
                smart_wallet_malformed_compute_price smart_wallet_multiple_matching_transfers
                smart_wallet_no_transfer_in_simulation smart_wallet_priority_fee_too_high
                smart_wallet_program_not_allowed smart_wallet_simulation_failed smart_wallet_transfer_mismatch
                smart_wallet_unsupported_compute_budget_instruction smart_wallet_verification_not_available
                transaction_failed transaction_signing_failed transaction_simulation_failed unsupported_scheme
                verification_failed
                """);
        add(reasons, "invalid_exact_evm_", """
                authorization_value eip3009_not_supported failed_to_parse_signature insufficient_balance
                missing_eip712_domain network_mismatch nonce_already_used payload_authorization_valid_after
                payload_authorization_valid_before payload_authorization_value_mismatch
                payload_recipient_mismatch payload_signature payload_undeployed_smart_wallet recipient_mismatch
                scheme signature token_name_mismatch token_version_mismatch transaction_failed
                transaction_simulation_failed transfer_event_mismatch
                """);
        add(reasons, "permit2_", """
                2612_amount_mismatch allowance_required amount_mismatch deadline_expired insufficient_balance
                invalid_amount invalid_destination invalid_nonce invalid_owner not_yet_valid payment_too_early
                proxy_not_deployed simulation_failed token_mismatch
                """);
        add(reasons, "erc20_approval_", """
                asset_mismatch broadcast_failed from_mismatch spender_not_permit2 tx_failed tx_invalid_calldata
                tx_invalid_signature tx_parse_failed tx_signer_mismatch tx_wrong_selector tx_wrong_spender
                tx_wrong_target
                """);
        add(reasons, "", """
                asset_not_deployed_contract duplicate_settlement eip2612_asset_mismatch eip2612_deadline_expired
                eip2612_from_mismatch eip2612_spender_not_permit2 eip6492_factory_not_allowed
                extension_echo_mismatch insufficient_funds invalid_eip2612_extension_format
                invalid_erc20_approval_extension_format invalid_network invalid_payload
                invalid_payment_requirements invalid_permit2_recipient_mismatch invalid_permit2_signature
                invalid_permit2_spender invalid_scheme invalid_transaction_state
                invalid_upto_evm_network_mismatch invalid_upto_evm_payload_settlement_exceeds_amount
                invalid_upto_evm_scheme invalid_upto_evm_transaction_failed invalid_x402_version
                payment_rejected post_settlement_transfer_not_confirmed settlement_not_sent settlement_pending
                reverted_gas_budget_burnt settlement_reverted smart_wallet_deployment_failed unexpected_settle_error
                unexpected_verify_error unsupported_payload_type unsupported_scheme
                upto_amount_exceeds_permitted upto_facilitator_mismatch upto_unauthorized_facilitator
                """);
        return Set.copyOf(reasons);
    }

    private static void add(Set<String> reasons, String prefix, String words) {
        for (String word : words.strip().split("\\s+")) {
            reasons.add(prefix + word);
        }
    }

}
