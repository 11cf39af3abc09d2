package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.webmvc.hold.ProblemPaymentChallengeWriter.PreparedChallenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class PreparedChallengeTests {

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of());

    private static final PaymentDialects DIALECTS = PaymentDialects.x402(new PaymentHeaderCodec(16_384), false);

    private static final PaymentRefusal CHALLENGE = new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED),
            new PaymentRequired("Payment required",
                    new ResourceInfo("https://api.example.test/ü", "Fünf \"Tage\" 🌦", "text/plain"), List.of(TERMS),
                    Map.of()),
            List.of(new HeaderField("PAYMENT-REQUIRED", "Y2hhbGxlbmdl")), null, false, false, DIALECTS.preferred());

    private final JsonMapper mapper = new JsonMapper();

    private final ProblemPaymentChallengeWriter writer = new ProblemPaymentChallengeWriter(new EnvelopeRenderer(null),
            DIALECTS, "Bearer");

    @ParameterizedTest
    @ValueSource(strings = { "", "00-" + TRACE_ID + "-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01" })
    void writeWhenPreparedThenSameAnswerButForTheRequestId(String traceparent) throws IOException {
        MockHttpServletResponse rendered = new MockHttpServletResponse();
        this.writer.write(request(traceparent), rendered, CHALLENGE);
        MockHttpServletResponse prepared = prepared(traceparent);

        assertThat(headers(prepared)).isEqualTo(headers(rendered));
        assertThat(prepared.getContentAsByteArray()).hasSameSizeAs(rendered.getContentAsByteArray());
        assertThat(withoutIds(prepared)).isEqualTo(withoutIds(rendered));
    }

    @Test
    void writeWhenPreparedThenBothIdsAreTheRequestsOwn() throws IOException {
        JsonNode first = body(prepared(""));
        JsonNode second = body(prepared(""));

        assertThat(first.path("instance").asString()).isEqualTo("urn:uuid:" + first.path("request_id").asString());
        assertThat(first.path("request_id").asString())
            .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
            .isNotEqualTo(second.path("request_id").asString());
    }

    @Test
    void writeWhenPreparedAndTracedThenNamesTrace() throws IOException {
        assertThat(body(prepared("00-" + TRACE_ID + "-00f067aa0ba902b7-01")).path("trace_id").asString())
            .isEqualTo(TRACE_ID);
        assertThat(body(prepared("")).has("trace_id")).isFalse();
    }

    @Test
    void ofWhenRequestIsNotNamedTwiceThenFails() {
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(() -> PreparedChallenge.of((id) -> id.getBytes(StandardCharsets.UTF_8)));
    }

    private MockHttpServletResponse prepared(String traceparent) throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        this.writer.prepare(CHALLENGE).write(request(traceparent), response, CHALLENGE);
        return response;
    }

    private static MockHttpServletRequest request(String traceparent) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");
        request.addHeader("traceparent", traceparent);
        return request;
    }

    private static List<String> headers(MockHttpServletResponse response) {
        return response.getHeaderNames().stream().sorted().map((name) -> name + response.getHeaders(name)).toList();
    }

    private JsonNode body(MockHttpServletResponse response) {
        return this.mapper.readTree(response.getContentAsByteArray());
    }

    private JsonNode withoutIds(MockHttpServletResponse response) {
        ObjectNode body = (ObjectNode) body(response);
        body.remove(List.of("instance", "request_id"));
        return body;
    }

}
