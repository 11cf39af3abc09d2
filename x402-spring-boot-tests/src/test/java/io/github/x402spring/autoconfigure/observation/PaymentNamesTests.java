package io.github.x402spring.autoconfigure.observation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.observation.ObservationFixture;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentNamesTests {

    private final PaymentNames names = NamesFixture.NAMES;

    @Test
    void nameWhenThereIsNoPaymentThenNone() {
        assertThat(List.of(this.names.scheme(null), this.names.network(null), this.names.asset(null),
                this.names.amountText(null)))
            .containsOnly("none");
    }

    @Test
    void nameWhenTheTokenIsKnownThenIsItsSymbolInAnyCaseOfItsAddress() {
        assertThat(this.names.scheme(ObservationFixture.TERMS)).isEqualTo("exact");
        assertThat(this.names.network(ObservationFixture.TERMS)).isEqualTo("eip155:84532");
        assertThat(this.names.asset(ObservationFixture.TERMS)).isEqualTo("USDC");
        assertThat(this.names
            .asset(ObservationFixture.terms("0x036cbd53842c5426634e7929541ec2318f3dcf7e", TokenAmount.of(1))))
            .isEqualTo("USDC");
    }

    @Test
    void nameWhenTheTokenIsUnknownThenIsOtherAndHasNoAmount() {
        PaymentRequirements unknown = ObservationFixture.terms("0xdead", TokenAmount.of(5));
        assertThat(this.names.asset(unknown)).isEqualTo("other");
        assertThat(this.names.amount(unknown)).isNull();
        assertThat(this.names.amountText(unknown)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({ "0,0", "1,0.000001", "10000,0.01", "1000000,1", "10000000,10", "123456789,123.456789" })
    void amountWhenTheTokenIsKnownThenIsInWholeTokensWithoutAnExponent(long amount, String text) {
        PaymentRequirements terms = terms(BigInteger.valueOf(amount));
        assertThat(this.names.amountText(terms)).isEqualTo(text);
        assertThat(this.names.amount(terms)).isEqualByComparingTo(new BigDecimal(text));
    }

    @Test
    void amountWhenItIsTheLargestThenIsExact() {
        BigInteger largest = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
        assertThat(this.names.amount(terms(largest)).movePointRight(6).toBigIntegerExact()).isEqualTo(largest);
    }

    @Test
    void payerWhenNamedThenIsAHashThatIsTheSameInAnyCase() {
        String hash = this.names.payer("0xAbC");
        assertThat(hash).hasSize(32).doesNotContain("abc").isEqualTo(this.names.payer("0xabc"));
        assertThat(this.names.payer("0xabd")).isNotEqualTo(hash);
    }

    @Test
    void createWhenTheFacilitatorHasNoKindThenRefused() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new PaymentNames(new AssetRegistry(List.of()), PayerHash.random(), " "));
    }

    private static PaymentRequirements terms(BigInteger amount) {
        return ObservationFixture.terms(ObservationFixture.TERMS.asset(), new TokenAmount(amount));
    }

}
