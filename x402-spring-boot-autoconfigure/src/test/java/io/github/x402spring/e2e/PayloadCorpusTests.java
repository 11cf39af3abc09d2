package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Corpus;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.scheme.exact.evm.TestWallet;
import io.github.x402spring.scheme.exact.evm.TestWallet.Payment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gets the payments of other clients.
 */
@Tag("locale")
class PayloadCorpusTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    static Stream<Arguments> payloads() {
        return Corpus.rows("payloads");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("payloads")
    void payWhenPaymentIsThatOfOthersThenDeliveredOnceOrRefusedBeforeAnyCall(String name, JsonNode row) {
        String json = filled(row.required("json").asString(), app.pay("/a"));
        String header = row.required("header").asString() + ": " + encoded(row.required("encoding").asString(), json);
        Answer answer = app.http().get("/a", header);
        assertThat(answer.status()).as(answer.text()).isEqualTo(row.required("status").asInt());
        boolean paid = answer.status() == 200;
        assertThat(app.facilitator().settlements()).hasSize(paid ? 1 : 0);
        assertThat(app.deliveries().runs()).hasSize(paid ? 1 : 0);
        if (paid) {
            assertThat(app.http().get("/a", header).status()).isEqualTo(409);
            assertThat(app.facilitator().settlements()).hasSize(1);
        }
        else {
            assertThat(app.facilitator().verifications()).isEmpty();
        }
    }

    private static String encoded(String encoding, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return switch (encoding) {
            case "raw" -> json;
            case "url" -> Base64.getUrlEncoder().encodeToString(bytes);
            case "unpadded" -> Base64.getEncoder().withoutPadding().encodeToString(bytes);
            default -> Base64.getEncoder().encodeToString(bytes);
        };
    }

    private static String filled(String template, Payment payment) {
        Map<String, Object> payload = new LinkedHashMap<>(payment.schemePayload());
        Map<?, ?> authorization = (Map<?, ?>) payload.get("authorization");
        Map<Object, Object> numbers = new LinkedHashMap<>(authorization);
        numbers.put("validAfter", 0);
        numbers.put("validBefore", Long.parseLong((String) authorization.get("validBefore")));
        String signature = (String) payload.get("signature");
        byte[] zeroBased = TestWallet.zeroBasedV(HexFormat.of().parseHex(signature.substring(2)));
        Map<?, ?> accepted = (Map<?, ?>) payment.tree().get("accepted");
        Map<Object, Object> minimal = new LinkedHashMap<>(accepted);
        minimal.put("extra", Map.of("name", "USDC", "version", "2"));
        Map<Object, Object> cheaper = new LinkedHashMap<>(accepted);
        cheaper.put("amount", "1");
        return template.replace("{authorization}", JSON.writeValueAsString(authorization))
            .replace("{numbers}", JSON.writeValueAsString(numbers))
            .replace("{signature}", signature)
            .replace("{zeroBased}", "0x" + HexFormat.of().formatHex(zeroBased))
            .replace("{accepted}", JSON.writeValueAsString(accepted))
            .replace("{minimal}", JSON.writeValueAsString(minimal))
            .replace("{cheaper}", JSON.writeValueAsString(cheaper))
            .replace("{resource}", JSON.writeValueAsString(PaidApp.challenge(app.http().get("/a")).resource().toMap()));
    }

}
