package io.github.x402spring.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class WireMessagesTests {

    private final WireJson json = new WireJson(65_536);

    @Test
    void verifyResponseWhenValidThenRecord() throws Exception {
        assertThat(WireMessages.verifyResponse(tree("{\"isValid\":true,\"payer\":\"0xA\",\"extra\":{}}")))
            .isEqualTo(VerifyResponse.valid("0xA"));
    }

    @Test
    void verifyResponseWhenOptionalMembersAreNullThenAbsent() throws Exception {
        assertThat(WireMessages.verifyResponse(tree("{\"isValid\":true,\"invalidReason\":null,\"payer\":null}")))
            .isEqualTo(VerifyResponse.valid(null));
    }

    @Test
    void verifyResponseWhenInvalidWithoutReasonThenUnspecified() throws Exception {
        assertThat(WireMessages.verifyResponse(tree("{\"isValid\":false}")))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.UNSPECIFIED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"isValid\":null}", "{\"isValid\":\"true\"}", "{\"isValid\":1}",
            "{\"valid\":true}", "{\"isValid\":true,\"payer\":7}", "{\"isValid\":false,\"invalidReason\":{}}" })
    void verifyResponseWhenAnotherShapeThenMalformed(String json) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.verifyResponse(tree(json)));
    }

    @Test
    void settleResponseWhenSettledThenRecord() throws Exception {
        SettleResponse response = WireMessages.settleResponse(tree("""
                {"success":true,"errorReason":"ignored","payer":"0xA","transaction":"0xab","network":"eip155:1"}"""));
        assertThat(response).isEqualTo(new SettleResponse(true, null, "0xA", "0xab", "eip155:1"));
    }

    @Test
    void settleResponseWhenFailedThenReasonAndNothingElseNeeded() throws Exception {
        assertThat(WireMessages.settleResponse(tree("{\"success\":false,\"errorReason\":\"two words\"}")))
            .isEqualTo(new SettleResponse(false, ReasonCode.UNSPECIFIED, null, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "{}", "{\"success\":1}", "{\"success\":true,\"transaction\":\"\",\"network\":\"eip155:1\"}",
                    "{\"success\":true,\"transaction\":\"0xab\",\"network\":\"\"}", "{\"success\":true}",
                    "{\"success\":true,\"transaction\":\"0xab\"}", "{\"success\":true,\"network\":\"eip155:1\"}",
                    "{\"success\":false,\"transaction\":7}",
                    "{\"success\":true,\"transaction\":null,\"network\":\"eip155:1\"}" })
    void settleResponseWhenAnotherShapeThenMalformed(String json) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.settleResponse(tree(json)));
    }

    @ParameterizedTest
    @CsvSource({ "'\"10000\"', 10000", "10000, 10000", "10000.0, 10000", "1e4, 10000", "'\"0\"', 0",
            "'\"010000\"', 10000", "'\"+10000\"', 10000", "'\"-5\"', -5", "-5, -5", "'\"1\"', 1" })
    void settleResponseWhenAmountIsAWholeNumberThenItCounts(String amount, BigInteger expected) throws Exception {
        assertThat(WireMessages.settleResponse(tree(settled("\"amount\":" + amount))).amount()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"\"", "\" \"", "null", "\"0.01\"", "0.01", "1e-2", "\"$0.01\"", "\"1e4\"", "\"0x2710\"",
            "\" 10000\"", "\"10000 USDC\"", "\"10,000\"", "\"\u0661\"", "\"\uff11\"", "true", "[]",
            "{\"value\":\"1\"}" })
    void settleResponseWhenAmountIsAnythingElseThenAbsent(String amount) throws Exception {
        assertThat(WireMessages.settleResponse(tree(settled("\"amount\":" + amount))).amount()).isNull();
    }

    @ParameterizedTest
    @Timeout(5)
    @MethodSource("endlessAmounts")
    void settleResponseWhenAmountIsMoreThanAnyTokenHasThenMalformed(String amount) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.settleResponse(tree(settled("\"amount\":" + amount))));
    }

    static List<String> endlessAmounts() {
        return List.of("1e999999999", "-1e999999999", "1e2147483647", "\"" + "9".repeat(60_000) + "\"",
                "\"-" + "0".repeat(60_000) + "\"");
    }

    @Test
    void settleResponseWhenAmountIsAsLongAsAllowedThenItCounts() throws Exception {
        String most = BigInteger.TWO.pow(256).toString();
        String more = BigInteger.TWO.pow(256).add(BigInteger.ONE).toString();
        assertThat(amount("\"" + "0".repeat(255) + "7\"")).isEqualTo(7);
        assertThat(amount(most + ".0")).isEqualTo(most);
        assertThat(amount("-" + most + ".0")).isEqualTo("-" + most);
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> amount("\"" + "0".repeat(256) + "7\""));
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> amount(more + ".0"));
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> amount("-" + more + ".0"));
    }

    private @Nullable BigInteger amount(String json) throws MalformedJsonException {
        return WireMessages.settleResponse(tree(settled("\"amount\":" + json))).amount();
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"\"", "\" \"", "null" })
    void responsesWhenOptionalMembersAreEmptyThenAbsent(String empty) throws Exception {
        assertThat(WireMessages
            .verifyResponse(tree("{\"isValid\":true,\"invalidReason\":" + empty + ",\"payer\":" + empty + "}")))
            .isEqualTo(VerifyResponse.valid(null));
        assertThat(WireMessages
            .settleResponse(tree(settled("\"errorReason\":" + empty + ",\"payer\":" + empty + ",\"amount\":" + empty))))
            .isEqualTo(new SettleResponse(true, null, null, "0xab", "eip155:1"));
        assertThat(WireMessages.settleResponse(tree("{\"success\":false,\"errorReason\":" + empty + ",\"payer\":"
                + empty + ",\"transaction\":" + empty + ",\"network\":" + empty + "}")))
            .isEqualTo(new SettleResponse(false, ReasonCode.UNSPECIFIED, null, "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2.0", "2e0", "0.2e1" })
    void messagesWhenNumbersAreSpelledAnotherWayThenTheSame(String two) throws Exception {
        assertThat(WireMessages.supportedKinds(
                tree("{\"kinds\":[{\"x402Version\":" + two + ",\"scheme\":\"exact\",\"network\":\"eip155:*\"}]}")))
            .containsExactly(new SupportedKind(2, "exact", "eip155:*"));
        FacilitatorRequest request = WireMessages.facilitatorRequest(tree(facilitatorRequest(two)));
        assertThat(request.payload().x402Version()).isEqualTo(2);
        assertThat(request.requirements().maxTimeoutSeconds()).isEqualTo(300);
        assertThat(request.accepted()).isTrue();
    }

    private static String facilitatorRequest(String two) {
        String terms = "{\"scheme\":\"exact\",\"network\":\"eip155:84532\",\"amount\":\"1\",\"asset\":\"0xA\","
                + "\"payTo\":\"0xB\",\"maxTimeoutSeconds\":%s}";
        return "{\"x402Version\":" + two + ",\"paymentPayload\":{\"x402Version\":" + two
                + ",\"payload\":{},\"accepted\":" + terms.formatted("3e2") + "},\"paymentRequirements\":"
                + terms.formatted("300.0") + "}";
    }

    private static String settled(String member) {
        return "{\"success\":true,\"transaction\":\"0xab\",\"network\":\"eip155:1\"," + member + "}";
    }

    @Test
    void supportedKindsWhenListedThenRecords() throws Exception {
        assertThat(WireMessages.supportedKinds(tree("""
                {"kinds":[{"x402Version":2,"scheme":"exact","network":"eip155:*","extra":{}}],"extensions":[]}""")))
            .containsExactly(new SupportedKind(2, "exact", "eip155:*"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {"feePayer":"F","withdrawDelay":5,"deep":{"a":[]},"none":null} | {feePayer=F, withdrawDelay=5, deep={a=[]}, none=null}
                    {}   | {}
                    null | {}
                    []   | {}
                    "F"  | {}
                    5    | {}
                    """)
    void supportedKindsWhenExtraIsThereThenKeptAndOddOnesHideNothing(String extra, String kept) throws Exception {
        assertThat(WireMessages
            .supportedKinds(tree("{\"kinds\":[{\"x402Version\":2,\"scheme\":\"toy\",\"network\":\"solana:*\",\"extra\":"
                    + extra + "}]}")))
            .singleElement()
            .satisfies((kind) -> {
                assertThat(kind.scheme()).isEqualTo("toy");
                assertThat(kind.extra()).hasToString(kept);
            });
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"kinds\":{}}", "{\"kinds\":[null]}", "{\"kinds\":[[]]}",
            "{\"kinds\":[{\"scheme\":\"exact\",\"network\":\"a:b\"}]}",
            "{\"kinds\":[{\"x402Version\":\"2\",\"scheme\":\"exact\",\"network\":\"a:b\"}]}",
            "{\"kinds\":[{\"x402Version\":2.5,\"scheme\":\"exact\",\"network\":\"a:b\"}]}",
            "{\"kinds\":[{\"x402Version\":4294967298,\"scheme\":\"exact\",\"network\":\"a:b\"}]}",
            "{\"kinds\":[{\"x402Version\":1e999999999,\"scheme\":\"exact\",\"network\":\"a:b\"}]}" })
    void supportedKindsWhenAnotherShapeThenMalformed(String json) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.supportedKinds(tree(json)));
    }

    @Test
    void supportedKindsWhenMoreThanAThousandThenMalformed() throws Exception {
        String kind = "{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"a:b\"},";
        WireJson roomy = new WireJson(1_000_000);
        byte[] most = ("{\"kinds\":[" + kind.repeat(1000).replaceAll(",$", "") + "]}").getBytes(StandardCharsets.UTF_8);
        byte[] more = ("{\"kinds\":[" + kind.repeat(1001).replaceAll(",$", "") + "]}").getBytes(StandardCharsets.UTF_8);
        assertThat(WireMessages.supportedKinds(roomy.readObject(most))).hasSize(1000);
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.supportedKinds(roomy.readObject(more)));
    }

    @Test
    void facilitatorRequestWhenVersionTwoThenResourceIsThatOfThePayment() throws Exception {
        FacilitatorRequest request = WireMessages.facilitatorRequest(tree(version2("""
                "resource":{"url":"https://api.example.com/a","description":"d","mimeType":"text/plain"},""")));
        assertThat(request.payload().x402Version()).isEqualTo(2);
        assertThat(request.terms()).containsEntry("payTo", "0xB").doesNotContainKey("resource");
        assertThat(request.requirements()).isEqualTo(terms());
        assertThat(request.resource()).isEqualTo(new ResourceInfo("https://api.example.com/a", "d", "text/plain"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                                           | about:blank | ``
            "resource":"https://api.example.com/a",                                      | about:blank | ``
            "resource":{"url":null},                                                     | about:blank | ``
            "resource":{"url":"","description":"d"},                                     | about:blank | ``
            "resource":{"url":"https://a.example"},                                      | https://a.example | ``
            "resource":{"url":"https://a.example","description":7,"mimeType":[]},        | https://a.example | ``
            "resource":{"url":"https://a.example","description":"d","mimeType":null},    | https://a.example | d
            """)
    void facilitatorRequestWhenVersionTwoHasAnOddResourceThenWhatIsOddCountsAsAbsent(String member, String url,
            String description) throws Exception {
        assertThat(WireMessages.facilitatorRequest(tree(version2(member))).resource())
            .isEqualTo(new ResourceInfo(url, description, ""));
    }

    @Test
    void facilitatorRequestWhenVersionOneThenTermsAreReadByTheirNames() throws Exception {
        FacilitatorRequest request = WireMessages.facilitatorRequest(tree(version1("base-sepolia", """
                "resource":"https://api.example.com/a","description":"d","mimeType":"text/plain",""")));
        assertThat(request.payload().x402Version()).isEqualTo(1);
        assertThat(request.terms()).containsEntry("network", "base-sepolia").containsEntry("maxAmountRequired", "1");
        assertThat(request.requirements()).isEqualTo(terms());
        assertThat(request.resource()).isEqualTo(new ResourceInfo("https://api.example.com/a", "d", "text/plain"));
        assertThat(request.accepted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "\"resource\":null,", "\"resource\":\"\",", "\"resource\":7,",
            "\"resource\":{\"url\":\"https://api.example.com/a\"}," })
    void facilitatorRequestWhenVersionOneHasAnOddResourceThenItCountsAsAbsent(String member) throws Exception {
        assertThat(WireMessages.facilitatorRequest(tree(version1("base-sepolia", member))).resource().url())
            .isEqualTo("about:blank");
    }

    @ParameterizedTest
    @MethodSource("unreadableRequests")
    void facilitatorRequestWhenAnotherShapeThenMalformed(String problem, String json) {
        assertThatExceptionOfType(MalformedJsonException.class)
            .isThrownBy(() -> WireMessages.facilitatorRequest(tree(json)))
            .withMessage(problem);
    }

    static List<Arguments> unreadableRequests() {
        String one = version1("base-sepolia", "");
        String two = version2("");
        return List.of(arguments("x402Version is not a number", "{}"),
                arguments("x402Version is neither 1 nor 2", "{\"x402Version\":3}"),
                arguments("x402Version is neither 1 nor 2", "{\"x402Version\":0}"),
                arguments("x402Version is out of range", "{\"x402Version\":9223372036854775808}"),
                arguments("x402Version is out of range", "{\"x402Version\":-9223372036854775809}"),
                arguments("x402Version is out of range", "{\"x402Version\":9223372036854775807}"),
                arguments("x402Version is not 1", two.replaceFirst("\"x402Version\":2", "\"x402Version\":1")),
                arguments("x402Version is not 2", one.replaceFirst("\"x402Version\":1", "\"x402Version\":2")),
                arguments("paymentPayload is not an object", two.replace("\"paymentPayload\"", "\"p\"")),
                arguments("paymentRequirements is not an object", two.replace("\"paymentRequirements\"", "\"p\"")),
                arguments("payload is not an object", two.replace("\"payload\":{}", "\"payload\":[]")),
                arguments("network is no name of version 1", version1("eip155:84532", "")),
                arguments("network is not a string", one.replace("\"network\":\"base-sepolia\",\"max", "\"max")),
                arguments("scheme is not a string", one.replaceFirst("\"scheme\":\"exact\"", "\"scheme\":7")),
                arguments("network is not a string",
                        one.replaceFirst("\"network\":\"base-sepolia\"", "\"network\":null")),
                arguments("amount is not a string", one.replace("maxAmountRequired", "amount")),
                arguments("maxTimeoutSeconds is not positive", one.replace("300", "0")),
                arguments("maxTimeoutSeconds is out of range", one.replace("300", "9223372036854775808")),
                arguments("maxTimeoutSeconds is not a whole number", one.replace("300", "300.5")),
                arguments("extra is not an object", one.replace("\"maxTimeout", "\"extra\":[],\"maxTimeout")));
    }

    @Test
    void facilitatorRequestWhenExtraHasNullsThenTheyAreAbsent() throws Exception {
        String json = version1("base-sepolia", "\"extra\":{\"name\":null,\"version\":\"2\"},");
        assertThat(WireMessages.facilitatorRequest(tree(json)).requirements().extra())
            .containsExactly(entry("version", "2"));
    }

    private static PaymentRequirements terms() {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(1), "0xA", "0xB", 300,
                Map.of());
    }

    private static String version1(String network, String members) {
        return "{\"x402Version\":1,\"paymentPayload\":{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"" + network
                + "\",\"payload\":{}},\"paymentRequirements\":{" + members + "\"scheme\":\"exact\",\"network\":\""
                + network + "\",\"maxAmountRequired\":\"1\",\"asset\":\"0xA\",\"payTo\":\"0xB\","
                + "\"maxTimeoutSeconds\":300}}";
    }

    private static String version2(String members) {
        String terms = "{\"scheme\":\"exact\",\"network\":\"eip155:84532\",\"amount\":\"1\",\"asset\":\"0xA\","
                + "\"payTo\":\"0xB\",\"maxTimeoutSeconds\":300}";
        return "{\"x402Version\":2,\"paymentPayload\":{\"x402Version\":2," + members + "\"payload\":{},\"accepted\":"
                + terms + "},\"paymentRequirements\":" + terms + "}";
    }

    private Map<String, @Nullable Object> tree(String text) throws MalformedJsonException {
        return this.json.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

}
