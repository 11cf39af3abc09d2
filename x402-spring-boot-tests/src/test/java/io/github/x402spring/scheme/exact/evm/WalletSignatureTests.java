package io.github.x402spring.scheme.exact.evm;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class WalletSignatureTests {

    private static final TestWallet WALLET = TestWallet.named("27");

    private static final EvmAddress SIGNER = EvmAddress.parse(WALLET.address());

    private static final byte[] DIGEST = HexFormat.of().parseHex("5a".repeat(32));

    private final SignatureRecovery recovery = SignatureRecovery.web3j();

    private final byte[] signed = WALLET.sign(DIGEST);

    static Stream<Integer> lastBytes() {
        return IntStream.range(0, 256).boxed();
    }

    @ParameterizedTest
    @MethodSource("lastBytes")
    void madeByWhenLastByteIsAnyThenOnlyTheTwoFormsOfTheKeyAreItsOwn(int last) {
        byte[] bytes = this.signed.clone();
        bytes[64] = (byte) last;
        boolean own = last == this.signed[64] || last == this.signed[64] - 27;
        Optional<String> form = WalletSignature.of(bytes)
            .madeBy(SIGNER, DIGEST, this.recovery)
            .map(WalletSignature::toHex);
        assertThat(form).isEqualTo(own ? Optional.of("0x" + HexFormat.of().formatHex(this.signed)) : Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("lastBytes")
    void tryParseZeroBasedWhenLastByteIsAnyThenReadsThoseOfKeysThatEndInZeroOrOne(int last) {
        byte[] bytes = this.signed.clone();
        bytes[64] = (byte) last;
        String text = WalletSignature.of(bytes).toHex();
        assertThat(WalletSignature.tryParseZeroBased(text).map(WalletSignature::toHex))
            .isEqualTo((last < 2) ? Optional.of(text) : Optional.empty());
        assertThat(WalletSignature.tryParseZeroBased(text + "01")).isEmpty();
        assertThat(WalletSignature.tryParseZeroBased("0xzz" + text.substring(4))).isEmpty();
        assertThat(WalletSignature.tryParseZeroBased(List.of(text))).isEmpty();
    }

    @Test
    void madeByWhenSignerOrDigestIsAnotherThenEmpty() {
        WalletSignature signature = WalletSignature.of(SignatureForms.zeroBasedV(this.signed));
        assertThat(signature.madeBy(new EvmAddress("0x" + "12".repeat(20)), DIGEST, this.recovery)).isEmpty();
        assertThat(signature.madeBy(SIGNER, new byte[32], this.recovery)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 64, 66, 97, 8192 })
    void madeByWhenLengthIsAnotherThenEmptyAndUnchanged(int length) {
        byte[] bytes = Arrays.copyOf(SignatureForms.zeroBasedV(this.signed), length);
        assertThat(WalletSignature.of(bytes).madeBy(SIGNER, DIGEST, this.recovery)).isEmpty();
        assertThat(WalletSignature.of(bytes).keyForm().bytes()).isEqualTo(bytes);
    }

    @Test
    void tryParseWhenHexThenBytesAndHexInLowerCase() {
        String hex = "0x" + HexFormat.of().formatHex(this.signed);
        for (String text : List.of(hex, "0x" + hex.substring(2).toUpperCase(Locale.ROOT))) {
            WalletSignature signature = WalletSignature.tryParse(text).orElseThrow();
            assertThat(signature.bytes()).isEqualTo(this.signed);
            assertThat(signature.toHex()).isEqualTo(hex);
            assertThat(signature).hasToString("WalletSignature[65 bytes]");
        }
        assertThat(WalletSignature.tryParse("0x")).get().extracting(WalletSignature::length).isEqualTo(0);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "0", "00", "0x0", "0X00", "0xzz", "0x 00", " 0x00", "0x00 ", "0x\u0660\u0660" })
    void tryParseWhenNotHexThenEmpty(String text) {
        assertThat(WalletSignature.tryParse(text)).isEmpty();
    }

    @Test
    void tryParseWhenNoTextThenEmpty() {
        assertThat(WalletSignature.tryParse(7)).isEmpty();
        assertThat(WalletSignature.tryParse(List.of("0x00"))).isEmpty();
    }

    @Test
    void bytesWhenChangedThenSignatureIsNot() {
        byte[] given = this.signed.clone();
        WalletSignature signature = WalletSignature.of(given);
        given[0] ^= 1;
        signature.bytes()[1] ^= 1;
        assertThat(signature.bytes()).isEqualTo(this.signed);
    }

}
