package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class WireJsonTests {

    private final WireJson json = new WireJson(1024);

    @Test
    void readObjectWhenNumbersThenExact() throws Exception {
        String most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assertThat(read("{\"a\":" + most + ",\"b\":0.10,\"c\":1e2}"))
            .isEqualTo(Map.of("a", new BigInteger(most), "b", new BigDecimal("0.10"), "c", new BigDecimal("1E+2")));
    }

    @Test
    void readObjectWhenNumberIsLongerThanTheBoundThenMalformed() throws Exception {
        assertThat(read("{\"a\":" + "1".repeat(80) + "}")).hasSize(1);
        assertMalformed("{\"a\":" + "1".repeat(81) + "}");
    }

    @Test
    void readObjectWhenDocumentIsAsLongAsAllowedThenRead() throws Exception {
        String document = "{\"a\":\"" + "x".repeat(1016) + "\"}";
        assertThat(document).hasSize(1024);
        assertThat(read(document)).containsKey("a");
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> read(document + " "))
            .withMessage("The document is too long");
    }

    @Test
    void readObjectWhenBytesExceedTheBoundThenMalformedWhateverTheCharacters() {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> read("{\"a\":\"" + "ü".repeat(600) + "\"}"))
            .withMessage("The document is too long");
    }

    @Test
    void readObjectWhenNestedDeeperThanTheBoundThenMalformed() throws Exception {
        assertThat(read("{\"a\":" + "[".repeat(23) + "]".repeat(23) + "}")).hasSize(1);
        assertMalformed("{\"a\":" + "[".repeat(24) + "]".repeat(24) + "}");
    }

    @Test
    void readObjectWhenNameIsLongerThanTheBoundThenMalformed() throws Exception {
        assertThat(read("{\"" + "n".repeat(256) + "\":1}")).hasSize(1);
        assertMalformed("{\"" + "n".repeat(257) + "\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "null", "[]", "[{}]", "1", "\"{}\"", "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}", "{\"b\":{\"a\":1,\"a\":1}}", "{} {}", "{}x", "{}\u0000", "{'a':1}", "{a:1}",
            "{\"a\":1,}", "{\"a\":NaN}", "{\"a\":01}", "{/**/}", "\ufeff{}", "{\"a\":\"\t\"}" })
    void readObjectWhenNotOneStrictObjectThenMalformed(String document) {
        assertMalformed(document);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude00\\ud83d\"}", "{\"a\":[{\"b\":\"x\\udfff\"}]}",
            "{\"\\ud800\":1}", "{\"a\":{\"\\udc00\":1}}" })
    void readObjectWhenHalfACharacterIsEscapedThenMalformed(String document) {
        assertMalformed(document);
    }

    @Test
    void readObjectWhenWholeCharacterIsEscapedThenRead() throws Exception {
        assertThat(read("{\"a\":\"\\ud83d\\ude00\\u00e9\"}")).containsEntry("a", "😀é");
    }

    @Test
    void readObjectWhenEscapesStandBesideValuesOfEveryTypeThenRead() throws Exception {
        String document = "{\"a\":[1,0.5,true,null,{\"\\u00fc\":[\"\\\\\",2]}],\"b\":{\"c\":null},\"d\":\"\\n\"}";
        assertThat(this.json.readObject(this.json.write(read(document)))).isEqualTo(read(document)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = { "UTF-16BE", "UTF-16LE", "UTF-32BE" })
    void readObjectWhenNotUtf8ThenMalformed(Charset charset) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> this.json.readObject("{\"a\":\"b\"}".getBytes(charset)));
    }

    @Test
    void readObjectWhenMalformedThenMessageQuotesNothing() {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> read("{\"signature\":0xcheque}"))
            .withMessage("The document is not a JSON object of the expected form")
            .withNoCause();
    }

    @Test
    void writeWhenReadAgainThenTheSameTreeInTheSameOrder() throws Exception {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("z", "\"ü\n</script>");
        tree.put("a", BigInteger.TWO.pow(256));
        tree.put("m", Map.of("n", new BigDecimal("1.50")));
        assertThat(this.json.readObject(this.json.write(tree))).isEqualTo(tree);
        assertThat(new String(this.json.write(tree), StandardCharsets.UTF_8))
            .startsWith("{\"z\":\"\\\"ü\\n</script>\",\"a\":");
    }

    private void assertMalformed(String document) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> read(document));
    }

    private Map<String, @Nullable Object> read(String document) throws MalformedJsonException {
        return this.json.readObject(document.getBytes(StandardCharsets.UTF_8));
    }

}
