package io.github.x402spring.e2e;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Sends what is not a payment. Each header carries a word that must come out nowhere.
 */
@Tag("locale")
class HostilePaymentHeaderTests {

    private static final String CANARY = "cAnArY7f3a9e5b1d";

    private static final int SLICE = 24;

    private static PaidApp app;

    private static String valid;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class),
                "server.max-http-request-header-size=256KB");
        valid = new PaymentJson().text();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void payWhenWordIsInAnUnknownMemberThenGrantsAndLogsNothingOfIt() {
        try (CapturedLog log = CapturedLog.begin()) {
            String header = payment(valid);
            Answer answer = app.http().get("/a", header);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(app.deliveries().runs()).containsExactly("a");
            assertThat(log.text()).contains("/a");
            assertNothingOf(header, answer.everything());
            assertNothingOf(header, log.text());
        }
    }

    @Test
    void freeWhenPaymentHeaderIsHostileThenIsDelivered() {
        assertThat(app.http().get("/free", "PAYMENT-SIGNATURE: " + CANARY).text()).isEqualTo("delivered free");
    }

    static Stream<Arguments> ambiguous() {
        String one = payment(valid);
        return Stream.of(arguments("the same twice", List.of(one, one)),
                arguments("two", List.of(payment(new PaymentJson().text()), payment(new PaymentJson().text()))),
                arguments("one and nonsense", List.of(one, "PAYMENT-SIGNATURE: " + CANARY)),
                arguments("one and nothing", List.of(one, "PAYMENT-SIGNATURE:")),
                arguments("two spellings", List.of(one, one.replace("PAYMENT-SIGNATURE", "Payment-Signature"))),
                arguments("one in each header",
                        List.of(one, payment(new PaymentJson().text()).replace("PAYMENT-SIGNATURE", "X-PAYMENT"))),
                arguments("version 1 first", List.of("X-PAYMENT: " + CANARY, one)),
                arguments("version 1 twice", List.of("X-PAYMENT: " + CANARY, "X-PAYMENT: " + CANARY)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void payWhenThereIsMoreThanOnePaymentThenRefuses(String name, List<String> headers) {
        assertRefused("payment_ambiguous", headers.toArray(String[]::new));
    }

    static Stream<Arguments> unreadable() {
        String base64 = payment(valid).substring("PAYMENT-SIGNATURE: ".length());
        byte[] bytes = valid.getBytes(StandardCharsets.UTF_8);
        return Stream.of(arguments("nothing", ""), arguments("not base64", "!" + CANARY + "!"),
                arguments("comma-joined", base64 + ", " + base64),
                arguments("comma-joined tight", base64 + "," + base64), arguments("joined", "e30=" + base64),
                arguments("quoted", "\"" + base64 + "\""),
                arguments("url-safe",
                        Base64.getUrlEncoder()
                            .encodeToString(("\u00ff\u00fe\u00fb>?" + valid).getBytes(StandardCharsets.UTF_8))
                                + "-_-_"),
                arguments("white space inside", base64.substring(0, 40) + " " + base64.substring(40)),
                arguments("cut", base64.substring(0, base64.length() / 2)),
                arguments("padded too much", base64 + "===="), arguments("plain JSON", valid),
                arguments("bearer", "Bearer " + base64), arguments("twice encoded", encoded(base64)),
                arguments("not JSON", encoded(CANARY)), arguments("array", encoded("[" + valid + "]")),
                arguments("null", encoded("null")), arguments("number", encoded("402")),
                arguments("string", encoded("\"" + CANARY + "\"")), arguments("boolean", encoded("true")),
                arguments("empty object", encoded("{}")), arguments("empty document", encoded(" ")),
                arguments("two documents", encoded(valid + valid)), arguments("trailing text", encoded(valid + CANARY)),
                arguments("trailing brace", encoded(valid + "}")), arguments("comment", encoded("/*x*/" + valid)),
                arguments("single quotes", encoded(valid.replace('"', '\''))),
                arguments("trailing comma", encoded(valid.substring(0, valid.length() - 1) + ",}")),
                arguments("NaN", encoded("{\"x402Version\":NaN}")),
                arguments("UTF-16 BE", encoded(valid, StandardCharsets.UTF_16BE)),
                arguments("UTF-16 LE", encoded(valid, StandardCharsets.UTF_16LE)),
                arguments("UTF-16 with BOM", encoded(valid, StandardCharsets.UTF_16)),
                arguments("UTF-32", encoded(valid, Charset.forName("UTF-32"))),
                arguments("UTF-8 with BOM", encoded("\ufeff" + valid)),
                arguments("Latin 1", encoded(valid.replace(CANARY, CANARY + "\u00e9"), StandardCharsets.ISO_8859_1)),
                arguments("NUL behind", base64(Arrays.copyOf(bytes, bytes.length + 1))),
                arguments("overlong UTF-8", base64(replaced(bytes, CANARY, new byte[] { (byte) 0xc0, (byte) 0x80 }))),
                arguments("surrogate in UTF-8",
                        base64(replaced(bytes, CANARY, new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0x80 }))),
                arguments("10,000 arrays", encoded("{\"" + CANARY + "\":" + "[".repeat(10_000))),
                arguments("arrays closed",
                        encoded("{\"" + CANARY + "\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}")),
                arguments("1,600 objects", encoded("{\"a\":".repeat(1_600) + "1" + "}".repeat(1_600))),
                arguments("64 KiB", encoded(padded(48 * 1024))), arguments("200 KiB", encoded(padded(150 * 1024))),
                arguments("64 KiB not base64", "!" + CANARY + "!".repeat(64 * 1024)),
                arguments("long name", encoded("{\"" + CANARY.repeat(100) + "\":1}")),
                arguments("long number", encoded("{\"x402Version\":" + "2".repeat(5_000) + "}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void payWhenHeaderIsUnreadableThenRefuses(String name, String value) {
        assertRefused("payment_malformed", "PAYMENT-SIGNATURE: " + value);
    }

    static Stream<Arguments> misshapen() {
        return Stream.of(changed("duplicate version", (json) -> json.replaceFirst("\\{", "{\"x402Version\":2,")),
                changed("duplicate accepted", (json) -> json.replaceFirst("\\{", "{\"accepted\":{},")),
                changed("duplicate nested", (json) -> json.replace("\"value\":", "\"value\":\"1\",\"value\":")),
                changed("duplicate deep", (json) -> json.replace("\"resource\":", "\"resource\":\"x\",\"resource\":")),
                changed("duplicate by escape",
                        (json) -> json.replace("\"value\":", "\"valu\\u0065\":\"1\",\"value\":")),
                changed("duplicate unknown", (json) -> json.replace("\"canary\":", "\"canary\":1,\"canary\":")),
                changed("version as text", (json) -> json.replace("\"x402Version\":2", "\"x402Version\":\"2\"")),
                changed("version with a fraction", (json) -> json.replace("\"x402Version\":2", "\"x402Version\":2.5")),
                changed("version with exponent", (json) -> json.replace("\"x402Version\":2", "\"x402Version\":2e1")),
                changed("version without end",
                        (json) -> json.replace("\"x402Version\":2", "\"x402Version\":1e999999999")),
                changed("version below nothing",
                        (json) -> json.replace("\"x402Version\":2", "\"x402Version\":1e-999999999")),
                changed("version null", (json) -> json.replace("\"x402Version\":2", "\"x402Version\":null")),
                changed("exponent too large",
                        (json) -> json.replace("\"x402Version\":2", "\"x402Version\":1e99999999999999999999")),
                changed("raw NUL", (json) -> json.replace(CANARY, CANARY + "\u0000")),
                changed("raw line end", (json) -> json.replace(CANARY, CANARY + "\r\nX-Injected: 1")),
                changed("bad escape", (json) -> json.replace(CANARY, CANARY + "\\x")),
                changed("unpaired surrogate", (json) -> json.replace(CANARY, CANARY + "\\ud800")),
                changed("surrogates swapped", (json) -> json.replace(CANARY, CANARY + "\\udc00\\ud800")),
                changed("unpaired surrogate in name", (json) -> json.replace("\"canary\"", "\"canary\\udfff\"")),
                changed("unpaired surrogate in a list",
                        (json) -> json.replace("\"" + CANARY + "\"", "[[\"" + CANARY + "\\ud800\"]]")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misshapen")
    void payWhenJsonIsMisshapenThenRefuses(String name, String header) {
        assertRefused("payment_malformed", header);
    }

    static Stream<Arguments> textMembers() {
        List<Arguments> cases = new ArrayList<>();
        for (String path : List.of("/accepted/scheme", "/accepted/network", "/accepted/amount", "/accepted/asset",
                "/accepted/payTo", "/payload/authorization/from", "/payload/authorization/to",
                "/payload/authorization/value", "/payload/authorization/validAfter",
                "/payload/authorization/validBefore", "/payload/authorization/nonce", "/payload/signature")) {
            for (String value : List.of("null", "10000", "1e999999999", "-1", "true", "[]", "{}",
                    "[\"" + CANARY + "\"]", "{\"" + CANARY + "\":1}")) {
                cases.add(arguments(path, value));
            }
        }
        for (String path : List.of("/accepted", "/payload", "/payload/authorization")) {
            for (String value : List.of("10000", "1e999999999", "true", "[]", "\"" + CANARY + "\"")) {
                cases.add(arguments(path, value));
            }
        }
        for (String value : List.of("null", "\"300\"", "true", "[300]", "{}")) {
            cases.add(arguments("/accepted/maxTimeoutSeconds", value));
        }
        for (String value : List.of("1", "true", "[]", "\"" + CANARY + "\"")) {
            cases.add(arguments("/accepted/extra", value));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("textMembers")
    void payWhenMemberHasAnotherTypeThenRefuses(String path, String value) {
        assertRefused("payment_malformed", payment(new PaymentJson().set(path, value).text()));
    }

    @ParameterizedTest
    @CsvSource({ "/accepted, null", "/resource, 7", "/resource, 7.5", "/resource, true", "/resource, []",
            "/resource/url, 7", "/resource/url, {}", "/x402Version, 2.5", "/x402Version, '\"2\"'", "/x402Version, 2e1",
            "/x402Version, 1e999999999", "/x402Version, true" })
    void payWhenMemberIsMissingOrOfAnotherTypeThenRefuses(String path, String value) {
        assertRefused("payment_malformed", payment(new PaymentJson().set(path, value).text()));
    }

    @ParameterizedTest
    @CsvSource({ "/x402Version, 2.0", "/x402Version, 2e0", "/x402Version, 0.2e1", "/accepted/maxTimeoutSeconds, 300.0",
            "/accepted/maxTimeoutSeconds, 3e2", "/resource, null", "/resource, '\"/a\"'", "/resource, {}",
            "/accepted/extra/resource, null", "/resource/url, null", "/resource/url, '\"./a?x=1\"'" })
    void payWhenMemberIsSpelledAnotherWayThenDelivers(String path, String value) {
        Answer answer = app.http().get("/a", payment(new PaymentJson().set(path, value).text()));
        assertThat(answer.status()).isEqualTo(200);
    }

    static Stream<Arguments> numbers() {
        return Stream
            .of("/payload/authorization/value", "/payload/authorization/validAfter",
                    "/payload/authorization/validBefore", "/accepted/amount")
            .flatMap((path) -> Stream
                .of("", " ", " 10000", "10000 ", "+10000", "-10000", "1e4", "10000.0", "0x2710", "10_000", "10,000",
                        "\uff11\uff10\uff10\uff10\uff10", "\u0661\u0660\u0660\u0660\u0660",
                        "\u06f1\u06f0\u06f0\u06f0\u06f0", "\u0967\u0966\u0966\u0966\u0966",
                        "\ud835\udfcf\ud835\udfce\ud835\udfce\ud835\udfce\ud835\udfce", "10000\\u0000", "10000\\n",
                        "10000\u200b", "1".repeat(79), "9".repeat(5000), CANARY)
                .map((number) -> arguments(path, number)));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void payWhenNumberIsNotPlainThenRefuses(String path, String number) {
        assertRefused("payment_malformed", payment(new PaymentJson().set(path, "\"" + number + "\"").text()));
    }

    @ParameterizedTest
    @CsvSource({ "/accepted/maxTimeoutSeconds, 1e999999999", "/accepted/maxTimeoutSeconds, 1e-999999999",
            "/accepted/maxTimeoutSeconds, 99999999999999999999999999999999", "/accepted/extra, null",
            "/accepted/extra/name, 1", "/accepted/extra/version, 2", "/accepted/extra/name, null",
            "/resource, '\"https://elsewhere.example/a\"'", "/resource/url, '\"https://elsewhere.example/a\"'",
            "/resource, '\"/b\"'", "/resource/url, '\"b\"'" })
    void payWhenTermsAreReadableButOthersThenChallenges(String path, String value) {
        Answer answer = app.http().get("/a", payment(new PaymentJson().set(path, value).text()));
        assertThat(answer.reason()).isEqualTo("requirement_mismatch");
        assertThat(PaidApp.challenge(answer).toMap().toString()).contains("/a").doesNotContain(CANARY);
        assertNothingCalled();
    }

    @ParameterizedTest
    @ValueSource(strings = { "PAYMENT-SIGNATURE: " + CANARY + "\0", "PAYMENT-SIGNATURE: " + CANARY + "\rX-Injected: 1",
            "PAYMENT-SIGNATURE : " + CANARY, "PAYMENT-SIGNATURE\0: " + CANARY,
            "PAYMENT-SIGNATURE: " + CANARY + "\u007f" })
    void payWhenHttpItselfIsBrokenThenIsNotDelivered(String header) {
        Answer answer = app.http().get("/a", header);
        assertThat(answer.status()).isIn(400, 402);
        assertThat(answer.all("X-Injected")).isEmpty();
        assertThat(answer.everything()).doesNotContain(CANARY);
        assertNothingCalled();
    }

    @Test
    void payWhenAnyByteIsPutIntoThePaymentThenIsNotDelivered() {
        String header = payment(new PaymentJson().text());
        int middle = header.length() / 2;
        for (int value = 0; value <= 0xff; value++) {
            Answer answer = app.http().get("/a", header.substring(0, middle) + (char) value + header.substring(middle));
            assertThat(answer.status()).as("byte %02x", value).isBetween(400, 499);
            assertThat(answer.everything()).as("byte %02x", value).doesNotContain(CANARY, header.substring(20, 60));
        }
        assertNothingCalled();
        assertThat(app.http().get("/a", header).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\\r\\nX-Injected: 1", "\\nX-Injected: 1", "\\u000d\\u000aX-Injected: 1",
            "\\u2028X-Injected: 1", "<script>alert(1)</script>", "${jndi:ldap://127.0.0.1/x}", "%0d%0aX-Injected:1" })
    void payWhenTextInjectsThenNothingComesBack(String text) {
        for (String path : List.of("/accepted/scheme", "/accepted/network", "/accepted/payTo", "/accepted/extra/name",
                "/resource/url", "/payload/signature", "/payload/authorization/from")) {
            String json = new PaymentJson().set(path, "\"" + CANARY + text + "\"").text();
            Answer answer = app.http().get("/a", payment(json));
            assertThat(answer.all("X-Injected")).isEmpty();
            assertThat(answer.everything()).doesNotContain(CANARY, "Injected", "jndi", "<script");
        }
    }

    @Test
    void decodeWhenHeaderIsTooLongThenNothingElseIsLookedAt() {
        PaymentHeaderCodec codec = new PaymentHeaderCodec(1024);
        assertThat(codec.decodePayment("!".repeat(1025))).isEqualTo(codec.decodePayment("A".repeat(1025)))
            .hasToString("Unreadable[problem=The header is too long]");
        assertThat(codec.decodePayment("!".repeat(1024))).hasToString("Unreadable[problem=The header is not base64]");
    }

    private static Arguments changed(String name, UnaryOperator<String> change) {
        String json = change.apply(valid);
        assertThat(json).isNotEqualTo(valid);
        return arguments(name, payment(json));
    }

    private static String padded(int length) {
        return new PaymentJson().set("/canary", "\"" + CANARY.repeat(length / CANARY.length()) + "\"").text();
    }

    private static byte[] replaced(byte[] bytes, String text, byte[] replacement) {
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        return latin.replace(text, text + new String(replacement, StandardCharsets.ISO_8859_1))
            .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String payment(String json) {
        return "PAYMENT-SIGNATURE: " + encoded(json);
    }

    private static String encoded(String text) {
        return encoded(text, StandardCharsets.UTF_8);
    }

    private static String encoded(String text, Charset charset) {
        return base64(text.getBytes(charset));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void assertRefused(String reason, String... headers) {
        Answer answer = attempt(headers);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.json().path("decision").asString()).isEqualTo("deny");
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.text()).doesNotContain("Exception", "\\tat ", "\tat ");
    }

    private static Answer attempt(String... headers) {
        try (CapturedLog log = CapturedLog.begin()) {
            Answer answer = app.http().get("/a", headers);
            assertNothingCalled();
            for (String header : headers) {
                assertNothingOf(header, answer.everything());
                assertNothingOf(header, log.text());
            }
            return answer;
        }
    }

    private static void assertNothingCalled() {
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    private static void assertNothingOf(String header, String text) {
        assertThat(text).doesNotContainIgnoringCase(CANARY);
        String value = header.substring(header.indexOf(':') + 1).strip();
        int step = Math.max(1, value.length() / 64);
        for (int at = 0; at + SLICE <= value.length(); at += step) {
            assertThat(text).doesNotContain(value.substring(at, at + SLICE));
        }
    }

    private static final class PaymentJson {

        private final ObjectNode tree;

        private static final JsonMapper JSON = JsonMapper.builder().build();

        private static final String RAW = "rAw";

        private final List<String> raw = new ArrayList<>();

        PaymentJson() {
            this.tree = JSON.valueToTree(app.pay("/a").resource(Map.of("url", "/a")).tree());
            this.tree.put("canary", CANARY);
        }

        PaymentJson set(String path, String value) {
            int slash = path.lastIndexOf('/');
            ObjectNode parent = (ObjectNode) this.tree.at(path.substring(0, slash));
            parent.put(path.substring(slash + 1), RAW + this.raw.size());
            this.raw.add(value);
            return this;
        }

        String text() {
            String text = JSON.writeValueAsString(this.tree);
            for (int i = 0; i < this.raw.size(); i++) {
                text = text.replace("\"" + RAW + i + "\"", this.raw.get(i));
            }
            return text;
        }

    }

}
