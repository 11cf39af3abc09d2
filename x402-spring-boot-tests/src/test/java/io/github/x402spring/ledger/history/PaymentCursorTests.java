package io.github.x402spring.ledger.history;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentCursorTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc");

    @Test
    void textWhenParsedThenSameCursor() {
        PaymentCursor cursor = new PaymentCursor(Instant.parse("2026-11-21T10:11:12.123456789Z"), KEY);
        assertThat(cursor.createdAt()).isEqualTo(Instant.parse("2026-11-21T10:11:12.123456Z"));
        assertThat(PaymentCursor.parse(cursor.text())).contains(cursor);
        assertThat(cursor.text()).matches("[0-9]+\\.[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "5", "9", "10", "1234567890", "999999999999999999" })
    void parseWhenTimeIsWrittenInDigitsThenRead(String micros) {
        assertThat(PaymentCursor.parse(micros + "." + KEY.reference()))
            .contains(new PaymentCursor(Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS), KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "+5", "-5", "/", ":", "5:", "/5", "0x5", " 5", "\u0665", "1000000000000000000" })
    void parseWhenTimeIsAnythingElseThenEmpty(String micros) {
        assertThat(PaymentCursor.parse(micros + "." + KEY.reference())).isEmpty();
    }

    @Test
    void compareToWhenTimesAreTheSameThenByEachPartOfTheKeyBackwards() {
        List<PaymentCursor> ordered = List.of(cursor(2, "base", "0xa", "0xb", "0xc"),
                cursor(1, "base", "0xb", "0xb", "0xc"), cursor(1, "base", "0xa", "0xc", "0xc"),
                cursor(1, "base", "0xa", "0xb", "0xd"), cursor(1, "base", "0xa", "0xb", "0xc"),
                cursor(1, "ethereum", "0xf", "0xf", "0xf"));
        List<PaymentCursor> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));
        assertThat(shuffled).isNotEqualTo(ordered);
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ordered);
    }

    private static PaymentCursor cursor(long second, String network, String asset, String payer, String nonce) {
        return new PaymentCursor(Instant.ofEpochSecond(second),
                new PaymentKey(Network.parse(network), asset, payer, nonce));
    }

    @Test
    void referenceWhenParsedThenSamePayment() {
        assertThat(PaymentKey.ofReference(KEY.reference())).contains(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "1", "1.", ".a", "x.eA", "-1.eA", "1.%%%", "1.eA", "99999999999999999999.eA",
            "१.eA", "1.eA==", "<script>" })
    void parseWhenItIsNoCursorThenEmpty(String text) {
        assertThat(PaymentCursor.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\nb\nc", "eip155:1\na\nb\nc\nd", "no where\na\nb\nc", "" })
    void parseWhenItIsNoReferenceThenEmpty(String text) {
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        assertThat(PaymentKey.ofReference(encoded)).isEmpty();
    }

    @Test
    void parseWhenTooLongThenEmpty() {
        String encoded = Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(("eip155:1\na\nb\n" + "c".repeat(2000)).getBytes(StandardCharsets.UTF_8));
        assertThat(PaymentKey.ofReference(encoded)).isEmpty();
    }

}
