package io.github.x402spring.scheme.exact.evm;

import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Keys;

import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class EvmAddressTests {

    private static final String CHECKSUMMED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    @ParameterizedTest
    @ValueSource(strings = { "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77" })
    void parseWhenChecksumOfEip55ThenGivesItBack(String text) {
        EvmAddress address = EvmAddress.parse(text);
        assertThat(address.value()).isEqualTo(text.toLowerCase(Locale.ROOT));
        assertThat(address.checksummed()).isEqualTo(text);
        assertThat(address).hasToString(address.value());
    }

    @Test
    void checksummedWhenManyAddressesThenAsWeb3j() {
        for (int i = 1; i <= 50; i++) {
            String text = TestWallet.named(String.valueOf(i)).address();
            EvmAddress address = EvmAddress.tryParse(text).orElseThrow();
            assertThat(address.checksummed()).isEqualTo(Keys.toChecksumAddress(address.value())).isEqualTo(text);
        }
    }

    @Test
    void parseWhenOneCaseOnlyThenTakesItWithoutChecksum() {
        String digits = CHECKSUMMED.substring(2);
        EvmAddress address = EvmAddress.parse(CHECKSUMMED);
        assertThat(EvmAddress.parse("0x" + digits.toLowerCase(Locale.ROOT))).isEqualTo(address);
        assertThat(EvmAddress.parse("0x" + digits.toUpperCase(Locale.ROOT))).isEqualTo(address);
    }

    @Test
    void parseWhenChecksumIsWrongThenRefusesByName() {
        String mistyped = CHECKSUMMED.replace("aAeb", "AAeb");
        assertThatIllegalArgumentException().isThrownBy(() -> EvmAddress.parse(mistyped))
            .withMessageContaining(mistyped)
            .withMessageContaining("EIP-55 checksum");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0", " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae\uff11" })
    void parseWhenNoAddressThenRefusesWithoutQuoting(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EvmAddress.parse(text))
            .withMessage("An address is written as 0x and 40 hex digits");
        assertThat(EvmAddress.tryParse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { KEY, "0x" + KEY, " 0x" + KEY + "\n" })
    void parseWhenPrivateKeyThenSaysSoWithoutQuoting(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EvmAddress.parse(text))
            .withMessageContaining("private key")
            .satisfies((ex) -> assertThat(ex.getMessage()).doesNotContainIgnoringCase(KEY.substring(0, 8)));
        assertThat(EvmAddress.looksLikePrivateKey(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", CHECKSUMMED, "0x", KEY + "0", "correct horse battery staple" })
    void looksLikePrivateKeyWhenOtherTextThenFalse(String text) {
        assertThat(EvmAddress.looksLikePrivateKey(text)).isFalse();
    }

    @Test
    void tryParseWhenChecksumIsWrongThenTakesIt() {
        assertThat(EvmAddress.tryParse(CHECKSUMMED.replace("aAeb", "AAeb"))).contains(EvmAddress.parse(CHECKSUMMED));
    }

    @ParameterizedTest
    @NullSource
    void tryParseWhenNullThenEmpty(String text) {
        assertThat(EvmAddress.tryParse(text)).isEmpty();
    }

    @Test
    void createWhenNotLowerCaseThenRefuses() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EvmAddress(CHECKSUMMED));
    }

}
