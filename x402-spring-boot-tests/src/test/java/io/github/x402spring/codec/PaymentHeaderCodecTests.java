package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;
import io.github.x402spring.codec.DecodedPayment.Readable;
import io.github.x402spring.codec.DecodedPayment.Unreadable;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

@Tag("locale")
class PaymentHeaderCodecTests {

    private static final String MARKER = "cheque4711";

    private static final String VALID = """
            {"x402Version":2,"payload":{"signature":"cheque4711","n":1},"accepted":{"scheme":"exact",\
            "network":"eip155:84532","amount":"10000","asset":"0xA","payTo":"0xB","maxTimeoutSeconds":300,"extra":{}}}""";

    private final PaymentHeaderCodec codec = new PaymentHeaderCodec(16_384);

    @ParameterizedTest
    @MethodSource("recordedHeaders")
    void encodeWhenComparedWithTheSdkThenSameBytes(JsonNode row) {
        assertThat(this.codec.encode(withoutInternals(row.required("object"))))
            .isEqualTo(row.required("encoded").asString());
    }

    @Test
    void decodePaymentRequiredWhenRecordedThenEncodesToTheSameBytes() {
        String encoded = recorded("PAYMENT-REQUIRED");
        assertThat(this.codec.decodePaymentRequired(encoded)).get()
            .extracting((terms) -> this.codec.encode(terms.toMap()))
            .isEqualTo(encoded);
    }

    @Test
    void decodePaymentWhenRecordedThenTreeEncodesToTheSameBytes() {
        String encoded = recorded("PAYMENT-SIGNATURE");
        assertThat(this.codec.encode(readable(encoded).tree())).isEqualTo(encoded);
    }

    @Test
    void decodeSettleResponseWhenRecordedThenReceiptInTheOrderOfTheHeader() {
        SettleResponse receipt = this.codec.decodeSettleResponse(recorded("PAYMENT-RESPONSE")).orElseThrow();
        assertThat(receipt.success()).isTrue();
        assertThat(receipt.transaction()).isEqualTo("0x" + "ab".repeat(32));
        assertThat(receipt.toMap().keySet()).containsExactly("success", "payer", "transaction", "network");
    }

    @Test
    void decodeSettleResponseWhenItHasInternalsThenLeftOut() {
        String header = base64("""
                {"success":true,"transaction":"0xab","network":"eip155:84532","extensionResponses":{"bazaar":{}}}""");
        assertThat(this.codec.decodeSettleResponse(header)).get()
            .extracting(SettleResponse::toMap)
            .isEqualTo(Map.of("success", true, "transaction", "0xab", "network", "eip155:84532"));
    }

    @ParameterizedTest
    @MethodSource("recordedDecodings")
    void decodePaymentWhenComparedWithTheSdkThenReadsTheSameJson(JsonNode row) {
        String problem = problem(this.codec.decodePayment(row.required("input").asString()));
        if (row.required("ok").asBoolean()) {
            assertThat(problem).isEqualTo("x402Version is not 2");
        }
        else {
            assertThat(problem).isIn("The header is not base64",
                    "The document is not a JSON object of the expected form");
        }
    }

    @Test
    void decodePaymentWhenValidThenReadable() {
        PaymentPayload payload = readable(base64(VALID));
        assertThat(payload.x402Version()).isEqualTo(2);
        assertThat(payload.payload()).containsEntry("signature", MARKER).containsEntry("n", BigInteger.ONE);
    }

    @Test
    void decodePaymentWhenPaddingIsMissingThenReadable() {
        String header = base64(VALID + " ");
        assertThat(header).endsWith("=");
        assertThat(readable(header.replace("=", ""))).isEqualTo(readable(header));
    }

    @Test
    void decodePaymentWhenUnknownMembersThenKept() {
        PaymentPayload payload = readable(
                base64(VALID.replace("{\"x402", "{\"extensions\":{\"a\":{\"b\":[1.50]}},\"x402")));
        assertThat(payload.tree()).containsEntry("extensions",
                Map.of("a", Map.of("b", List.of(new BigDecimal("1.50")))));
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "{}", "{\"a\":{}}", "{\"a\":null}", "{\"a\":{\"b\":[1]},\"\":{\"c\":null}}" })
    void decodePaymentWhenExtensionsAreAnObjectOfObjectsThenReadable(String extensions) {
        String json = VALID.replace("{\"x402", "{\"extensions\":" + extensions + ",\"x402");
        assertThat(this.codec.decodePayment(base64(json))).isInstanceOf(Readable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"x\"", "5", "true", "false", "[]", "[{}]", "\"\"", "0", "1.5", "{\"a\":5}",
            "{\"a\":\"x\"}", "{\"a\":[]}", "{\"a\":[{}]}", "{\"a\":true}", "{\"a\":{},\"b\":1e9}" })
    void decodePaymentWhenExtensionsAreAnythingElseThenUnreadable(String extensions) {
        String json = VALID.replace("{\"x402", "{\"extensions\":" + extensions + ",\"x402");
        assertThat(problem(this.codec.decodePayment(base64(json)))).isEqualTo("extensions is not an object of objects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "{\"x402Version\":2,\"payload\":{}}", "{\"x402Version\":2,\"payload\":{},\"accepted\":null}",
                    "{\"x402Version\":2,\"payload\":{},\"accepts\":{}}" })
    void decodePaymentWhenAcceptedIsAbsentThenUnreadable(String json) {
        assertThat(problem(this.codec.decodePayment(base64(json)))).isEqualTo("accepted is not an object");
    }

    @ParameterizedTest
    @ValueSource(strings = { "2.0", "2.00", "2e0", "2E0", "0.2e1", "20e-1" })
    void decodePaymentWhenVersionIsTwoInAnotherSpellingThenReadableAndHandedOnAsTwo(String version) {
        PaymentPayload payload = readable(base64(VALID.replace("\"x402Version\":2", "\"x402Version\":" + version)));
        assertThat(payload).isEqualTo(readable(base64(VALID)));
        assertThat(this.codec.encode(payload.tree())).isEqualTo(this.codec.encode(readable(base64(VALID)).tree()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "\"\"", "\"https://api.example.com/a\"", "{}", "{\"url\":null}",
            "{\"url\":\"https://api.example.com/a\",\"description\":7}" })
    void decodePaymentWhenResourceIsAnObjectOrTextThenReadable(String resource) {
        assertThat(this.codec.decodePayment(base64(withResource(resource)))).isInstanceOf(Readable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "7", "7.5", "0", "true", "false", "[]", "[\"https://api.example.com/a\"]", "{\"url\":7}",
            "{\"url\":true}", "{\"url\":[]}", "{\"url\":{}}" })
    void decodePaymentWhenResourceIsAnythingElseThenUnreadable(String resource) {
        assertThat(problem(this.codec.decodePayment(base64(withResource(resource)))))
            .isEqualTo("resource is neither an object with an address nor an address");
    }

    @ParameterizedTest
    @MethodSource("junkAroundAValidHeader")
    void decodePaymentWhenNotPlainBase64ThenUnreadable(String header) {
        assertThat(problem(this.codec.decodePayment(header))).isEqualTo("The header is not base64");
    }

    @ParameterizedTest
    @MethodSource("hostileDocuments")
    void decodePaymentWhenHostileThenUnreadableWithoutQuotingIt(String json) {
        assertThat(problem(this.codec.decodePayment(base64(json)))).matches("[A-Za-z0-9. ]{10,80}")
            .doesNotContain(MARKER);
    }

    @ParameterizedTest
    @ValueSource(strings = { "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE" })
    void decodePaymentWhenNotUtf8ThenUnreadable(String charset) {
        String header = Base64.getEncoder().encodeToString(VALID.getBytes(Charset.forName(charset)));
        assertThat(problem(this.codec.decodePayment(header))).startsWith("The document is not");
    }

    @Test
    void decodePaymentWhenInvalidUtf8ThenUnreadable() {
        String latin1 = Base64.getEncoder()
            .encodeToString(VALID.replace(MARKER, "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
        String overlong = Base64.getEncoder()
            .encodeToString(VALID.replace(MARKER, "\u00c0\u00af").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problem(this.codec.decodePayment(latin1))).isEqualTo("The document is not UTF-8");
        assertThat(problem(this.codec.decodePayment(overlong))).isEqualTo("The document is not UTF-8");
    }

    @Test
    void decodePaymentWhenTooLongThenUnreadableBeforeAnythingIsDecoded() {
        String header = base64(VALID);
        assertThat(problem(new PaymentHeaderCodec(header.length() - 1).decodePayment(header)))
            .isEqualTo("The header is too long");
        assertThat(problem(this.codec.decodePayment("\u0000".repeat(16_385)))).isEqualTo("The header is too long");
        assertThat(new PaymentHeaderCodec(header.length()).decodePayment(header)).isInstanceOf(Readable.class);
    }

    @Test
    void decodePaymentWhenNestedAsDeepAsAllowedThenReadable() {
        assertThat(this.codec.decodePayment(base64(nested(22)))).isInstanceOf(Readable.class);
        assertThat(this.codec.decodePayment(base64(nested(23)))).isInstanceOf(Unreadable.class);
    }

    @Test
    void decodePaymentWhenNestedTenThousandDeepThenUnreadable() {
        PaymentHeaderCodec roomy = new PaymentHeaderCodec(1_000_000);
        assertThat(roomy.decodePayment(base64(nested(10_000)))).isInstanceOf(Unreadable.class);
        assertThat(roomy.decodePayment(base64("[".repeat(10_000)))).isInstanceOf(Unreadable.class);
    }

    @Test
    void decodePaymentWhenNumberIsAsLongAsAllowedThenReadable() {
        assertThat(this.codec.decodePayment(base64(VALID.replace("\"n\":1", "\"n\":" + "9".repeat(80)))))
            .isInstanceOf(Readable.class);
        assertThat(this.codec.decodePayment(base64(VALID.replace("\"n\":1", "\"n\":" + "9".repeat(81)))))
            .isInstanceOf(Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "+1", "01", "1e3", "-1", "", " 1", "1 ", "1.0", "0x1", "\uff11", "\u0661\u0660", "\u0967",
            "1\u0000" })
    void decodePaymentWhenAcceptedAmountIsNoAmountThenUnreadable(String amount) {
        String json = VALID.replace("\"10000\"", "\"" + amount.replace("\u0000", "\\u0000") + "\"");
        assertThat(problem(this.codec.decodePayment(base64(json)))).isEqualTo("accepted.amount is not an amount");
    }

    @Test
    void decodePaymentWhenVersionOneThenUnreadable() {
        assertThat(problem(this.codec.decodePayment(base64(VALID.replace("\"x402Version\":2", "\"x402Version\":1")))))
            .isEqualTo("x402Version is not 2");
    }

    @Test
    void decodeXPaymentWhenVersionOneThenReadable() {
        String header = base64("""
                {"x402Version":1,"scheme":"exact","network":"base-sepolia","payload":{}}""");
        assertThat(this.codec.decodeXPayment(header)).isInstanceOfSatisfying(Readable.class,
                (readable) -> assertThat(readable.payload().x402Version()).isEqualTo(1));
    }

    @Test
    void decodeXPaymentWhenVersionTwoThenAsInItsOwnHeader() {
        assertThat(this.codec.decodeXPayment(base64(VALID))).isEqualTo(this.codec.decodePayment(base64(VALID)))
            .isInstanceOf(Readable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{}}",
            "{\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{}}",
            "{\"x402Version\":3,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{}}",
            "{\"x402Version\":1,\"scheme\":7,\"network\":\"base\",\"payload\":{}}",
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":[],\"payload\":{}}",
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":[]}" })
    void decodeXPaymentWhenOfNoVersionThenUnreadable(String json) {
        assertThat(this.codec.decodeXPayment(base64(json))).isInstanceOf(Unreadable.class);
    }

    @Test
    void decodePaymentRequiredWhenUnusableThenEmpty() {
        JsonNode row = row("PAYMENT-REQUIRED");
        String json = row.required("json").asString();
        assertThat(this.codec.decodePaymentRequired(base64(json))).isPresent();
        assertThat(Stream.of(json.replace("\"x402Version\":2", "\"x402Version\":1"),
                json.replace("\"accepts\":[", "\"accept\":["), json.replace("\"x402Version\":2,", ""), "[]"))
            .allSatisfy((changed) -> assertThat(changed).isNotEqualTo(json))
            .allSatisfy((changed) -> assertThat(this.codec.decodePaymentRequired(base64(changed))).isEmpty());
    }

    @Test
    void decodePaymentRequiredWhenOptionalMembersAreAbsentOrNullThenEmpty() {
        String terms = "{\"scheme\":\"exact\",\"network\":\"eip155:84532\",\"amount\":\"1\",\"asset\":\"0xA\","
                + "\"payTo\":\"0xB\",\"maxTimeoutSeconds\":300,\"extra\":{\"name\":null,\"version\":\"2\"}}";
        PaymentRequired required = this.codec.decodePaymentRequired(base64("""
                {"x402Version":2,"resource":{"url":"https://a.example","description":null},"accepts":[%s],\
                "error":null,"extensions":{"a":null,"b":1}}""".formatted(terms))).orElseThrow();
        assertThat(required.error()).isNull();
        assertThat(required.resource()).isEqualTo(new ResourceInfo("https://a.example", "", ""));
        assertThat(required.extensions()).containsExactly(entry("b", BigInteger.ONE));
        assertThat(required.accepts()).singleElement()
            .extracting(PaymentRequirements::extra)
            .isEqualTo(Map.of("version", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ",\"resource\":{\"url\":\"\"}", ",\"resource\":{\"url\":7}",
            ",\"resource\":\"https://a.example\"", ",\"resource\":null,\"extensions\":[],\"error\":7",
            ",\"extensions\":null,\"error\":null" })
    void decodePaymentRequiredWhenInformationIsOddThenAbsent(String members) {
        assertThat(this.codec.decodePaymentRequired(base64("{\"x402Version\":2,\"accepts\":[]" + members + "}")))
            .contains(new PaymentRequired(null, new ResourceInfo("about:blank", "", ""), List.of(), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"x402Version\":2}", "{\"x402Version\":2,\"accepts\":{}}", "{\"accepts\":[]}",
            "{\"x402Version\":1,\"accepts\":[]}", "{\"x402Version\":\"2\",\"accepts\":[]}" })
    void decodeTermsWhenThereAreNoneThenEmpty(String json) {
        assertThat(this.codec.decodeTerms(base64(json))).isEmpty();
    }

    @Test
    void decodeTermsWhenAnEntryIsUnreadableThenItsProblemIsKnownAndTheOthersAreRead() {
        String json = row("PAYMENT-REQUIRED").required("json").asString();
        DecodedTerms terms = this.codec.decodeTerms(base64(json.replace("\"accepts\":[", "\"accepts\":[7,")))
            .orElseThrow();
        assertThat(terms.offers()).hasSize(2)
            .first()
            .isEqualTo(new DecodedTerms.Offer.Unreadable("the entry is not an object"));
        assertThat(terms.offers()).last()
            .isInstanceOfSatisfying(DecodedTerms.Offer.Readable.class,
                    (offer) -> assertThat(terms.required().accepts()).containsExactly(offer.requirements()));
        assertThat(terms.tree()).containsKey("accepts");
    }

    @Test
    void decodeExtensionWhenObjectThenItsTree() {
        assertThat(this.codec.decodeExtension(base64("{\"a\":{\"b\":1}}")))
            .contains(Map.of("a", Map.of("b", BigInteger.ONE)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "[]", "null", "{", "\"a\"" })
    void decodeExtensionWhenAnythingElseThenEmpty(String json) {
        assertThat(this.codec.decodeExtension(base64(json))).isEmpty();
        assertThat(this.codec.decodeExtension("*" + base64(json))).isEmpty();
    }

    @Test
    void decodePaymentRequiredWhenAWayToPayIsUnusableThenLeftOut() {
        String json = row("PAYMENT-REQUIRED").required("json").asString();
        assertThat(Stream.of(json.replace("\"10000\"", "\"1e4\""), json.replace("\"10000\"", "10000"),
                json.replace("eip155:84532", "base-sepolia"), json.replace(":300,", ":0,"),
                json.replace(":300,", ":300.5,"), json.replace(":300,", ":1e999999999,")))
            .allSatisfy((changed) -> assertThat(changed).isNotEqualTo(json))
            .allSatisfy((changed) -> assertThat(this.codec.decodePaymentRequired(base64(changed)))
                .hasValueSatisfying((required) -> assertThat(required.accepts()).isEmpty()));
        assertThat(this.codec.decodePaymentRequired(base64(json.replace("\"accepts\":[", "\"accepts\":[[],"))))
            .hasValueSatisfying((required) -> assertThat(required.accepts()).hasSize(1));
    }

    @Test
    void decodeSettleResponseWhenUnusableThenEmpty() {
        assertThat(this.codec.decodeSettleResponse("!!!!")).isEmpty();
        assertThat(this.codec.decodeSettleResponse(base64("{\"success\":\"true\"}"))).isEmpty();
        assertThat(this.codec.decodeSettleResponse(base64("{\"success\":true}"))).isEmpty();
    }

    private static Stream<String> junkAroundAValidHeader() {
        String header = base64(VALID);
        String urlSafe = Base64.getUrlEncoder()
            .encodeToString((VALID + "\u00ff\u00fe~~~???").getBytes(StandardCharsets.UTF_8));
        String mime = Base64.getMimeEncoder().encodeToString(VALID.getBytes(StandardCharsets.UTF_8));
        return Stream.of(urlSafe, mime, " " + header, header + " ", header + "\n", header + "\r\n", "\t" + header,
                header.substring(0, 8) + "\n" + header.substring(8), header.substring(0, 8) + "*" + header.substring(8),
                header.substring(0, 8) + "=" + header.substring(8), header + "====", "=" + header,
                header + "," + header, header.replace('e', '\uff45'), header + "\u0000", "\"" + header + "\"",
                "Payment " + header);
    }

    private static Stream<String> hostileDocuments() {
        return Stream.of("", " ", "null", "true", "7", "\"cheque4711\"", "[]", "[" + VALID + "]", "{",
                VALID.substring(1), VALID.substring(0, VALID.length() - 1), VALID + "x", VALID + VALID, VALID + "{}",
                VALID + " null", VALID + ",", "cheque4711", VALID.replace('"', '\''), VALID.replace("\"n\"", "n"),
                VALID.replace("\"n\":1", "\"n\":NaN"), VALID.replace("\"n\":1", "\"n\":Infinity"),
                VALID.replace("\"n\":1", "\"n\":-Infinity"), VALID.replace("\"n\":1", "\"n\":01"),
                VALID.replace("\"n\":1", "\"n\":+1"), VALID.replace("\"n\":1", "\"n\":.5"),
                VALID.replace("\"n\":1", "\"n\":0x1"), VALID.replace("\"n\":1", "\"n\":1,"),
                VALID.replace("\"n\":1", "\"n\":" + "1".repeat(5000)),
                VALID.replace("\"n\":1", "\"n\":1/*cheque4711*/"), VALID + "//cheque4711", VALID + "#cheque4711",
                VALID.replace("\"n\":1", "\"n\":\"\\ud800\""), VALID.replace("\"n\":1", "\"n\\udc00\":1"),
                VALID.replace("\"n\":1", "\"n\":[[\"\\udc00\\ud800\"]]"), VALID.replace("\"n\":1", "\"n\":1,\"n\":2"),
                VALID.replace("\"n\":1", "\"n\":{\"a\":1,\"a\":1}"),
                VALID.replace("\"n\":1", "\"signature\":\"cheque4711\""),
                VALID.replace("{\"x402", "{\"payload\":{},\"x402"),
                VALID.replace("\"extra\":{}", "\"extra\":{\"a\":{\"b\":1,\"b\":2}}"),
                VALID.replace("\"n\":1", "\"" + "k".repeat(257) + "\":1"), VALID.replace(MARKER, MARKER + "\n"),
                VALID.replace(MARKER, MARKER + "\\x"), VALID.replace("\"x402Version\":2", "\"x402Version\":\"2\""),
                VALID.replace("\"x402Version\":2", "\"x402Version\":3"),
                VALID.replace("\"x402Version\":2", "\"x402Version\":null"),
                VALID.replace("\"x402Version\":2", "\"x402Version\":2.5"),
                VALID.replace("\"x402Version\":2", "\"x402Version\":4294967298"), VALID.replace("\"payload\"", "\"p\""),
                VALID.replace("\"payload\":{\"signature\":\"cheque4711\",\"n\":1}", "\"payload\":\"cheque4711\""),
                VALID.replace("\"payload\":{\"signature\":\"cheque4711\",\"n\":1}", "\"payload\":null"),
                "{\"x402Version\":2,\"payload\":{},\"accepted\":\"cheque4711\"}",
                "{\"x402Version\":2,\"payload\":{},\"accepted\":[{\"scheme\":\"exact\"}]}",
                VALID.replace("\"exact\"", "null"), VALID.replace("\"exact\"", "[\"exact\"]"),
                VALID.replace("\"eip155:84532\"", "84532"), VALID.replace("\"10000\"", "10000"),
                VALID.replace("\"10000\"", "{}"), VALID.replace("\"0xA\"", "true"), VALID.replace("\"0xB\"", "10"),
                VALID.replace(":300", ":\"300\""), VALID.replace(":300", ":null"), VALID.replace(":300", ":{}"),
                VALID.replace("\"extra\":{}", "\"extra\":\"cheque4711\""),
                VALID.replace("\"extra\":{}", "\"extra\":[]"));
    }

    private static String withResource(String resource) {
        return VALID.replace("{\"x402Version\"", "{\"resource\":" + resource + ",\"x402Version\"");
    }

    private static String nested(int depth) {
        return VALID.replace("\"n\":1", "\"n\":" + "[".repeat(depth) + "]".repeat(depth));
    }

    private static Stream<JsonNode> recordedHeaders() {
        return Vectors.rows("headers.json", "encode").stream();
    }

    private static List<JsonNode> recordedDecodings() {
        return Vectors.rows("headers.json", "decode");
    }

    private static JsonNode row(String header) {
        return recordedHeaders().filter((row) -> header.equals(row.required("header").asString()))
            .findFirst()
            .orElseThrow();
    }

    private static String recorded(String header) {
        return row(header).required("encoded").asString();
    }

    private static Map<String, Object> withoutInternals(JsonNode message) {
        Map<String, Object> tree = Vectors.object(message);
        tree.remove("extensionResponses");
        return tree;
    }

    private PaymentPayload readable(String header) {
        return ((Readable) this.codec.decodePayment(header)).payload();
    }

    private static String problem(DecodedPayment decoded) {
        assertThat(decoded).isInstanceOf(Unreadable.class);
        return ((Unreadable) decoded).problem();
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

}
