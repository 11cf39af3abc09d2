package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.e2e.RawHttp.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gets the payments of other clients.
 */
@Tag("locale")
class PayloadCorpusTests {

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
        PaymentTemplate template = new PaymentTemplate(app.pay("/a"),
                PaidApp.challenge(app.http().get("/a")).resource().toMap());
        String json = template.fill(row.required("json").asString());
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

}
