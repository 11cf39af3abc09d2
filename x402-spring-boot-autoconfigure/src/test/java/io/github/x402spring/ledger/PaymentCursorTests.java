package io.github.x402spring.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void referenceWhenParsedThenSamePayment() {
        assertThat(PaymentReference.parse(PaymentReference.of(KEY))).contains(KEY);
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
        assertThat(PaymentReference.parse(encoded)).isEmpty();
    }

    @Test
    void parseWhenTooLongThenEmpty() {
        String encoded = Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(("eip155:1\na\nb\n" + "c".repeat(2000)).getBytes(StandardCharsets.UTF_8));
        assertThat(PaymentReference.parse(encoded)).isEmpty();
    }

}
