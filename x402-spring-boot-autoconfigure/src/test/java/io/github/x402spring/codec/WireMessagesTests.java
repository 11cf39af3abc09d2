package io.github.x402spring.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

    private Map<String, @Nullable Object> tree(String text) throws MalformedJsonException {
        return this.json.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

}
