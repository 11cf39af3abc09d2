package io.github.x402spring.gate;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

import static io.github.x402spring.gate.GateFixture.NETWORK;
import static io.github.x402spring.gate.GateFixture.PAYER;
import static io.github.x402spring.gate.GateFixture.TRANSACTION;
import static io.github.x402spring.gate.GateFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests what each reason of a facilitator proves. Every code of the protocol's lists is
 * in one of the two tables.
 */
@Tag("locale")
class RefusalReasonsTests {

    /** Reasons that precede sending: an honest refusal. */
    private static final String BEFORE_SENDING = """
            insufficient_funds
            invalid_exact_evm_payload_authorization_valid_after
            invalid_exact_evm_payload_authorization_valid_before
            invalid_exact_evm_payload_authorization_value_mismatch
            invalid_exact_evm_payload_signature
            invalid_exact_evm_payload_recipient_mismatch
            invalid_network
            invalid_payload
            invalid_payment_requirements
            invalid_scheme
            unsupported_scheme
            invalid_x402_version
            unsupported_payload_type
            asset_not_deployed_contract
            invalid_exact_evm_scheme
            invalid_exact_evm_network_mismatch
            invalid_exact_evm_missing_eip712_domain
            invalid_exact_evm_recipient_mismatch
            invalid_exact_evm_signature
            invalid_exact_evm_authorization_value
            invalid_exact_evm_payload_undeployed_smart_wallet
            invalid_exact_evm_token_name_mismatch
            invalid_exact_evm_token_version_mismatch
            invalid_exact_evm_insufficient_balance
            invalid_exact_evm_failed_to_parse_signature
            eip6492_factory_not_allowed
            reverted_gas_budget_burnt
            invalid_permit2_spender
            invalid_permit2_recipient_mismatch
            invalid_permit2_signature
            permit2_deadline_expired
            permit2_not_yet_valid
            permit2_amount_mismatch
            permit2_token_mismatch
            permit2_allowance_required
            permit2_insufficient_balance
            invalid_exact_svm_unsupported_scheme
            invalid_exact_svm_network_mismatch
            invalid_exact_svm_payload_missing_fee_payer
            invalid_exact_svm_payload_transaction
            invalid_exact_svm_payload_transaction_could_not_be_decoded
            invalid_exact_svm_payload_signature_invalid
            invalid_exact_svm_payload_excessive_signers
            invalid_exact_svm_payload_transaction_instructions_length
            invalid_exact_svm_payload_transaction_instructions_compute_limit_instruction_too_high
            invalid_exact_svm_payload_unknown_fourth_instruction
            invalid_exact_svm_payload_unknown_fifth_instruction
            invalid_exact_svm_payload_unknown_sixth_instruction
            invalid_exact_svm_payload_unknown_seventh_instruction
            invalid_exact_svm_payload_unknown_optional_instruction
            invalid_exact_svm_payload_transaction_instructions_compute_limit_instruction
            invalid_exact_svm_payload_transaction_instructions_compute_price_instruction
            invalid_exact_svm_payload_transaction_instructions_compute_price_instruction_too_high
            invalid_exact_svm_payload_no_transfer_instruction
            invalid_exact_svm_payload_transaction_fee_payer_transferring_funds
            invalid_exact_svm_payload_mint_mismatch
            invalid_exact_svm_payload_recipient_mismatch
            invalid_exact_svm_payload_amount_mismatch
            invalid_exact_svm_payload_memo_mismatch
            invalid_exact_svm_payload_memo_count
            settlement_not_sent
            settlement_reverted
            """;

    /** Everything else, with codes that no list has. */
    private static final String NO_PROOF = """
            invalid_transaction_state
            unexpected_verify_error
            unexpected_settle_error
            extension_echo_mismatch
            settlement_pending
            duplicate_settlement
            invalid_exact_evm_transaction_failed
            invalid_exact_evm_transfer_event_mismatch
            invalid_exact_evm_eip3009_not_supported
            invalid_exact_evm_nonce_already_used
            invalid_exact_evm_transaction_simulation_failed
            smart_wallet_deployment_failed
            permit2_simulation_failed
            permit2_proxy_not_deployed
            permit2_invalid_amount
            permit2_invalid_destination
            permit2_invalid_owner
            permit2_payment_too_early
            permit2_invalid_nonce
            permit2_2612_amount_mismatch
            invalid_batch_settlement_evm_channel_not_found
            invalid_batch_settlement_evm_token_mismatch
            invalid_batch_settlement_evm_voucher_signature
            invalid_batch_settlement_evm_cumulative_exceeds_balance
            invalid_batch_settlement_evm_cumulative_below_claimed
            invalid_batch_settlement_evm_insufficient_balance
            invalid_batch_settlement_evm_deposit_transaction_failed
            invalid_batch_settlement_evm_claim_transaction_failed
            invalid_batch_settlement_evm_settle_transaction_failed
            invalid_batch_settlement_evm_scheme
            invalid_batch_settlement_evm_network_mismatch
            invalid_batch_settlement_evm_missing_eip712_domain
            invalid_batch_settlement_evm_payload_authorization_valid_before
            invalid_batch_settlement_evm_payload_authorization_valid_after
            invalid_batch_settlement_evm_receive_authorization_signature
            invalid_batch_settlement_evm_erc3009_authorization_required
            invalid_batch_settlement_evm_refund_transaction_failed
            invalid_batch_settlement_evm_payload_type
            invalid_batch_settlement_evm_withdraw_delay_out_of_range
            invalid_batch_settlement_evm_channel_id_mismatch
            invalid_batch_settlement_evm_channel_id_invalid
            invalid_batch_settlement_evm_receiver_mismatch
            invalid_batch_settlement_evm_receiver_authorizer_mismatch
            invalid_batch_settlement_evm_withdraw_delay_mismatch
            invalid_batch_settlement_evm_authorizer_address_mismatch
            invalid_batch_settlement_evm_authorizer_not_configured
            invalid_batch_settlement_evm_deposit_simulation_failed
            invalid_batch_settlement_evm_deposit_below_min_deposit
            invalid_batch_settlement_evm_eip6492_factory_not_allowed
            invalid_batch_settlement_evm_smart_wallet_deployment_failed
            invalid_batch_settlement_evm_claim_simulation_failed
            invalid_batch_settlement_evm_settle_simulation_failed
            invalid_batch_settlement_evm_nothing_to_settle
            invalid_batch_settlement_evm_refund_payload
            invalid_batch_settlement_evm_refund_simulation_failed
            invalid_batch_settlement_evm_rpc_read_failed
            invalid_batch_settlement_evm_permit2_authorization_required
            invalid_batch_settlement_evm_permit2_invalid_spender
            invalid_batch_settlement_evm_permit2_amount_mismatch
            invalid_batch_settlement_evm_permit2_deadline_expired
            invalid_batch_settlement_evm_permit2_invalid_signature
            invalid_batch_settlement_evm_permit2_allowance_required
            invalid_batch_settlement_evm_eip2612_amount_mismatch
            invalid_batch_settlement_evm_eip2612_owner_mismatch
            invalid_batch_settlement_evm_eip2612_asset_mismatch
            invalid_batch_settlement_evm_eip2612_spender_mismatch
            invalid_batch_settlement_evm_eip2612_deadline_expired
            invalid_batch_settlement_evm_erc20_approval_unavailable
            invalid_batch_settlement_evm_cumulative_amount_mismatch
            invalid_batch_settlement_evm_channel_busy
            invalid_batch_settlement_evm_verification_state_unavailable
            invalid_batch_settlement_evm_charge_exceeds_signed_cumulative
            invalid_batch_settlement_evm_missing_channel
            invalid_batch_settlement_evm_refund_no_balance
            invalid_batch_settlement_evm_refund_amount_invalid
            invalid_exact_svm_fee_payer_not_managed_by_facilitator
            invalid_exact_svm_invalid_fee_payer
            invalid_exact_svm_transaction_signing_failed
            invalid_exact_svm_transaction_simulation_failed
            invalid_exact_svm_verification_failed
            invalid_exact_svm_fee_payer_mismatch
            invalid_exact_svm_transaction_failed
            post_settlement_transfer_not_confirmed
            invalid_exact_svm_smart_wallet_fee_payer_not_isolated
            invalid_exact_svm_smart_wallet_malformed_compute_budget
            invalid_exact_svm_smart_wallet_malformed_compute_limit
            invalid_exact_svm_smart_wallet_malformed_compute_price
            invalid_exact_svm_smart_wallet_compute_units_too_high
            invalid_exact_svm_smart_wallet_priority_fee_too_high
            invalid_exact_svm_smart_wallet_unsupported_compute_budget_instruction
            invalid_exact_svm_smart_wallet_alt_resolution_not_available
            invalid_exact_svm_smart_wallet_alt_resolution_failed
            invalid_exact_svm_smart_wallet_verification_not_available
            invalid_exact_svm_smart_wallet_compute_budget_violation
            invalid_exact_svm_smart_wallet_simulation_failed
            invalid_exact_svm_smart_wallet_cannot_derive_destination_ata
            invalid_exact_svm_smart_wallet_no_transfer_in_simulation
            invalid_exact_svm_smart_wallet_transfer_mismatch
            invalid_exact_svm_smart_wallet_multiple_matching_transfers
            invalid_exact_svm_smart_wallet_program_not_allowed
            in_progress
            rate_limited
            timeout
            rpc_error
            internal_error
            transaction_failed
            nonce_used
            x_reason
            r
            failed
            reverted
            expired
            simulation_failed
            context_deadline_exceeded
            already_known
            a_code_that_no_one_knows_yet
            """;

    private final GateFixture fixture = new GateFixture();

    static List<String> beforeSending() {
        return BEFORE_SENDING.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
    }

    static List<String> noProof() {
        return NO_PROOF.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
    }

    @Test
    void tablesNameEachCodeOnce() {
        Set<String> all = new HashSet<>(beforeSending());
        all.addAll(noProof());
        assertThat(all).hasSize(beforeSending().size() + noProof().size());
        assertThat(beforeSending()).hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("beforeSending")
    void settleWhenFirstAttemptIsRefusedBeforeSendingThenRefusedAtTheFirstTry(String reason) {
        SettleResponse refusal = failed(reason, "");
        this.fixture.facilitator.onSettle(refusal);
        assertThat(this.fixture.gate.settle(this.fixture.admit())).isEqualTo(new SettlementOutcome.Refused(refusal));
        assertThat(this.fixture.facilitator.settlements()).hasSize(1);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @ParameterizedTest
    @MethodSource("noProof")
    void settleWhenReasonProvesNothingThenUnknown(String reason) {
        this.fixture.facilitator.onSettle(failed(reason, "")).onSettle(failed(reason, ""));
        assertUnknown("");
    }

    @ParameterizedTest
    @CsvSource({ "invalid_transaction_state, false", "duplicate_settlement, true", "DUPLICATE-PAYMENT, true",
            "nonduplicate, false", "settlement_pending, false", "'', false" })
    void nameOtherTransferWhenTheReasonSaysSoThenTrue(String reason, boolean other) {
        assertThat(RefusalReasons.standard().nameOtherTransfer(failed(reason, TRANSACTION))).isEqualTo(other);
    }

    @Test
    void nameOtherTransferWhenTheAuthorizationWasUsedOrThereIsNoReasonThenAccordingly() {
        SettleResponse used = SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, TRANSACTION, NETWORK);
        assertThat(RefusalReasons.standard().nameOtherTransfer(used)).isTrue();
        assertThat(RefusalReasons.standard()
            .nameOtherTransfer(new SettleResponse(true, null, null, TRANSACTION, "eip155:84532"))).isFalse();
    }

    static Stream<String> everyReason() {
        return Stream.of(beforeSending(), noProof(), List.of("", "timed out", "0x")).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("everyReason")
    void settleWhenTransactionIsNamedThenUnknownWhateverTheReason(String reason) {
        this.fixture.facilitator.onSettle(failed(reason, TRANSACTION)).onSettle(failed(reason, TRANSACTION));
        boolean other = RefusalReasons.standard().nameOtherTransfer(failed(reason, TRANSACTION));
        assertUnknown(other ? "" : TRANSACTION);
    }

    @ParameterizedTest
    @ValueSource(strings = { "0x", "null", "none", "0xab", "pending", "failed", "-" })
    void settleWhenWhatIsNamedIsNoTransactionThenUnknownAllTheSame(String transaction) {
        this.fixture.facilitator.onSettle(failed("invalid_exact_evm_insufficient_balance", transaction));
        assertUnknown("");
    }

    @ParameterizedTest
    @MethodSource("everyReason")
    void settleWhenSecondAttemptIsRefusedThenUnknownWhateverTheReason(String reason) {
        this.fixture.facilitator.onSettle(failed("settlement_pending", TRANSACTION)).onSettle(failed(reason, ""));
        assertUnknown(TRANSACTION);
        assertThat(this.fixture.facilitator.settlements()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("everyReason")
    void settleWhenResumedAttemptIsRefusedThenUnknownWhateverTheReason(String reason) throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        this.fixture.facilitator.onSettle(failed(reason, "")).onSettle(failed(reason, ""));
        assertUnknown("");
    }

    @ParameterizedTest
    @MethodSource("beforeSending")
    void settleWhenReasonIsSpelledAnotherWayThenUnknown(String reason) {
        for (String spelling : List.of(reason.toUpperCase(Locale.ROOT), reason + "_", "x." + reason,
                reason.replace('_', '-'), reason + ":timeout", " " + reason)) {
            GateFixture another = new GateFixture();
            another.facilitator.onSettle(failed(spelling, "")).onSettle(failed(spelling, ""));
            assertThat(another.gate.settle(another.admit())).isInstanceOf(SettlementOutcome.Unknown.class);
        }
    }

    @Test
    void settleWhenSuccessAfterPendingIsAnotherPaymentThenTheFirstTransactionIsKept() {
        this.fixture.facilitator.onSettle(failed("settlement_pending", TRANSACTION))
            .onSettle(SettleResponse.settled("0x" + "00".repeat(20), "0x" + "cd".repeat(32), NETWORK));
        assertUnknown(TRANSACTION);
    }

    @Test
    void andBeforeSendingWhenReasonIsAddedThenItProvesThatNothingWasSettled() {
        RefusalReasons more = RefusalReasons.standard().andBeforeSending(List.of(new ReasonCode("kyt_blocked")));
        assertThat(more.proveNothingSettled(failed("kyt_blocked", ""))).isTrue();
        assertThat(more.proveNothingSettled(failed("insufficient_funds", ""))).isTrue();
        assertThat(more.proveNothingSettled(failed("kyt_blocked", TRANSACTION))).isFalse();
        assertThat(more.proveNothingSettled(failed("kyt", ""))).isFalse();
        assertThat(more.proveNothingSettled(SettleResponse.settled(PAYER, "", NETWORK))).isFalse();
        assertThat(RefusalReasons.standard().proveNothingSettled(failed("kyt_blocked", ""))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("openAtVerify")
    void andBeforeSendingWhenReasonLeavesASettlementPossibleThenRejected(String reason) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> RefusalReasons.standard().andBeforeSending(List.of(ReasonCode.of(reason))));
    }

    static Stream<String> openAtVerify() {
        return Stream.of("invalid_exact_evm_transaction_simulation_failed", "permit2_simulation_failed",
                "invalid_exact_svm_transaction_simulation_failed", "simulation_failed", "SIMULATION_FAILED",
                "failed.simulation", "settlement_pending", "pending", "transaction-pending", "duplicate_settlement",
                "duplicate", "unexpected_verify_error", "", "two words", "timed out: 0x", "unspecified");
    }

    @ParameterizedTest
    @MethodSource("openAtVerify")
    void admitWhenVerifyLeavesItOpenThenThePaymentIsToBePresentedAgain(String reason) {
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
        assertThat(this.fixture.gate.admit(this.fixture.attempt()))
            .isEqualTo(new Refused(Reason.SETTLEMENT_PENDING, told(reason)));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "invalid_exact_evm_nonce_already_used", "permit2_invalid_nonce" })
    void admitWhenVerifySaysUsedAndNoChainCanBeReadThenThePaymentIsOver(String reason) {
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
        assertThat(this.fixture.gate.admit(this.fixture.attempt()))
            .isEqualTo(new Refused(Reason.OUTCOME_UNRESOLVED, ReasonCode.of(reason)));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    static Stream<String> refusedAtVerify() {
        return Stream.concat(beforeSending().stream(),
                Stream.of("kyt_blocked", "payer_banned", "daily_limit", "simulated", "depending_balance",
                        "rate_limited", "invalid_exact_evm_eip3009_not_supported", "smart_wallet_deployment_failed"));
    }

    @ParameterizedTest
    @MethodSource("refusedAtVerify")
    void admitWhenVerifyRefusesForItsOwnReasonThenRejectedAtTheFirstTry(String reason) {
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(new ReasonCode(reason)));
        assertThat(this.fixture.gate.admit(this.fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_REJECTED, told(reason)));
    }

    private static @Nullable ReasonCode told(String reason) {
        return ReasonCode.of(reason).specified() ? new ReasonCode(reason) : null;
    }

    private void assertUnknown(String transaction) {
        assertThat(this.fixture.gate.settle(this.fixture.admit()))
            .isEqualTo(new SettlementOutcome.Unknown(failed("settlement_pending", transaction)));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

}
