package io.github.x402spring.protocol;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class ReasonCodeTests {

    @ParameterizedTest
    @ValueSource(strings = { "settlement_pending", "some_code_nobody_knows", "x:y.Z-9" })
    void ofWhenCodeThenKept(String text) {
        assertThat(ReasonCode.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "two words", "<b>", "a\r\nSet-Cookie: b", "a\"b", "\u0131", "\uff41" })
    void ofWhenNotACodeThenUnspecified(String text) {
        assertThat(ReasonCode.of(text)).isEqualTo(ReasonCode.UNSPECIFIED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "invalid_exact_evm_insufficient_balance", "insufficient_funds", "settlement_pending",
            "permit2_allowance_required", "invalid_exact_svm_payload_memo_count", "unexpected_verify_error",
            "invalid_batch_settlement_evm_channel_busy", "erc20_approval_tx_failed", "duplicate_settlement",
            "invalid_exact_evm_payload_signature", "upto_facilitator_mismatch", "settlement_not_sent" })
    void specifiedWhenTheSpecificationHasItThenTrue(String code) {
        assertThat(new ReasonCode(code).specified()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "invalid_from_address_kyt", "sanctioned_wallet", "unspecified", "invalid_exact_evm_",
            "INSUFFICIENT_FUNDS", "insufficient_funds_", "risk:0.93", "blocked" })
    void specifiedWhenItIsAFacilitatorsOwnThenFalse(String code) {
        assertThat(new ReasonCode(code).specified()).isFalse();
    }

    @Test
    void ofWhenLongerThanAnyCodeThenUnspecified() {
        assertThat(ReasonCode.of("a".repeat(96))).hasToString("a".repeat(96));
        assertThat(ReasonCode.of("a".repeat(97))).isEqualTo(ReasonCode.UNSPECIFIED);
    }

    @Test
    void createWhenNotACodeThenRefusedWithoutQuotingIt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReasonCode("two words"))
            .withMessage("'value' must be a reason code");
    }

}
