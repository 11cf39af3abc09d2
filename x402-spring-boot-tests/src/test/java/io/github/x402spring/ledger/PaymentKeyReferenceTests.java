package io.github.x402spring.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentKeyReferenceTests {

    private static final String START = "eip155:1\na\nb\n";

    @ParameterizedTest
    @ValueSource(strings = { "base", "solana", "polygon-amoy" })
    void ofWhenParsedThenTheSamePaymentInCharactersThatNeedNoEncoding(String network) {
        PaymentKey key = new PaymentKey(Network.parse(network), "0x" + "ff".repeat(20), "0x" + "fe".repeat(20),
                "0x" + "fb".repeat(32));
        String reference = key.reference();
        assertThat(reference).matches("[A-Za-z0-9_-]+");
        assertThat(PaymentKey.ofReference(reference)).contains(key);
    }

    @Test
    void ofWhenBytesWouldNeedTheOtherAlphabetThenAddressesKeepThem() {
        PaymentKey key = new PaymentKey(Network.parse("base"), "\u00ff\u00fe??>", "0xb", "0xc");
        assertThat(key.reference()).matches("[A-Za-z0-9_-]+");
        assertThat(PaymentKey.ofReference(key.reference())).contains(key);
    }

    @ParameterizedTest
    @CsvSource({ "1024, true", "1026, false" })
    void parseWhenAsLongAsMayBeThenStillNamesOne(int length, boolean named) {
        String text = encode(START + "c".repeat(length * 3 / 4 - START.length()));
        assertThat(text).hasSize(length);
        assertThat(PaymentKey.ofReference(text).isPresent()).isEqualTo(named);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a", "base\na\nb", "base\na\nb\nc\nd", "\na\nb\nc", "eip155:0\na\nb\nc",
            "eip155:x\na\nb\nc" })
    void parseWhenItNamesNoPaymentThenEmpty(String text) {
        assertThat(PaymentKey.ofReference(encode(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { " ", "a", "%", "a+b/", "\u00e9", "../..", "<script>", "'; DROP TABLE x402_payment" })
    void parseWhenItIsNotEncodedThenEmpty(String text) {
        assertThat(PaymentKey.ofReference(text)).isEmpty();
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

}
