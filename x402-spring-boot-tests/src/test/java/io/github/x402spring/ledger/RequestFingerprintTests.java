package io.github.x402spring.ledger;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class RequestFingerprintTests {

    @Test
    void ofWhenSameRequestThenSameFingerprint() {
        assertThat(of("GET", "https://a.test/r", "x=1", 1, 2)).isEqualTo(of("GET", "https://a.test/r", "x=1", 1, 2));
    }

    @Test
    void ofWhenAnyFieldIsChangedThenAllDiffer() {
        assertThat(Stream.of(of("GET", "https://a.test/r", "x=1", 1, 2), of("POST", "https://a.test/r", "x=1", 1, 2),
                of("get", "https://a.test/r", "x=1", 1, 2), of("GET", "https://a.test/R", "x=1", 1, 2),
                of("GET", "https://a.test/r", "x=2", 1, 2), of("GET", "https://a.test/r", "", 1, 2),
                of("GET", "https://a.test/r", "x=1", 1, 3), of("GET", "https://a.test/r", "x=1")))
            .doesNotHaveDuplicates();
    }

    @Test
    void ofWhenBoundariesShiftThenAllDiffer() {
        assertThat(Stream.of(of("ab", "c", ""), of("a", "bc", ""), of("", "abc", ""), of("abc", "", ""),
                of("a", "b", "c"), of("", "", "abc"), of("", "", "ab", 'c'), of("", "", "", 'a', 'b', 'c')))
            .doesNotHaveDuplicates();
    }

    @Test
    void ofWhenTheHandlerIsAnotherThenDiffers() {
        byte[] none = new byte[0];
        assertThat(Stream.of(RequestFingerprint.of("a", "GET", "/r", "", none),
                RequestFingerprint.of("b", "GET", "/r", "", none), RequestFingerprint.of("aG", "ET", "/r", "", none)))
            .doesNotHaveDuplicates();
    }

    @Test
    void ofWhenLengthIsForgedInTheTextThenDiffers() {
        assertThat(of("a", "\0\0\0\1b", "")).isNotEqualTo(of("a\0\0\0\1b", "", ""));
    }

    @Test
    void ofWhenNotAsciiThenUtf8() {
        assertThat(of("GET", "\u00e9", "")).isNotEqualTo(of("GET", "e\u0301", ""));
        assertThat(of("GET", "\u0131", "")).isNotEqualTo(of("GET", "?", ""));
    }

    @Test
    void createWhenNotADigestThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestFingerprint("ab"));
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestFingerprint("x".repeat(64)));
    }

    private static RequestFingerprint of(String method, String resource, String query, int... body) {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }
        return RequestFingerprint.of("report", method, resource, query, bytes);
    }

}
