package io.github.x402spring.security;

import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.core.Authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaidRequestExpressionRootTests {

    private final PaidRequest request = PaidRequests.request();

    @Test
    void propertiesWhenReadThenThoseOfThePaidRequest() {
        PaidRequestExpressionRoot root = root(PaidRequests.anonymous());
        assertThat(root.getPayment()).isSameAs(this.request.payment());
        assertThat(root.getRequest()).isSameAs(this.request.request());
    }

    @ParameterizedTest
    @CsvSource({ "alice, false", "0xabababababababababababababababababababab, true",
            "0xABABABABABABABABABABABABABABABABABABABAB, true",
            "eip155:84532:0xabababababababababababababababababababab, true",
            "eip155:8453:0xabababababababababababababababababababab, false" })
    void payerIsCallerWhenTheNameIsTheWalletsThenTrue(String name, boolean holds) {
        assertThat(root(PaidRequests.caller(name)).payerIsCaller()).isEqualTo(holds);
    }

    @Test
    void payerAllowedWhenOneOfThemPaysThenTrue() {
        PaidRequestExpressionRoot root = root(PaidRequests.anonymous());
        assertThat(root.payerAllowed("0x01", PaidRequests.PAYER.toUpperCase(Locale.ROOT))).isTrue();
        assertThat(root.payerAllowed("0x01")).isFalse();
        assertThat(root.payerAllowed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "9999, false", "10000, true",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935, true", "0, false" })
    void maxAmountWhenNoMoreIsPaidThenTrue(String most, boolean holds) {
        assertThat(root(PaidRequests.anonymous()).maxAmount(most)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0.01", "$1", "1e9", " 10000", "-1", "+1", "010", "\u0661" })
    void maxAmountWhenItIsNoNumberOfUnitsThenItDoesNotHold(String most) {
        assertThatIllegalArgumentException().isThrownBy(() -> root(PaidRequests.anonymous()).maxAmount(most));
    }

    private PaidRequestExpressionRoot root(Authentication authentication) {
        return new PaidRequestExpressionRoot(() -> authentication, this.request);
    }

}
