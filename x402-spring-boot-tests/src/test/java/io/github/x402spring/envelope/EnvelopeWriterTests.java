package io.github.x402spring.envelope;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.decision.DecisionEnvelope;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EnvelopeWriterTests {

    private static final DecisionEnvelope ENVELOPE = new DecisionEnvelope(Reason.SETTLEMENT_PENDING,
            "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11", "4bf92f3577b34da6a3ce929d0e0e4736",
            Map.of("scopes", "<script>alert('&')</script>"), "unknown", "", 5);

    private final EnvelopeWriter writer = new EnvelopeWriter(null);

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @ParameterizedTest
    @CsvSource({ "application/problem+json, application/problem+json", "application/json, application/json",
            "text/html, text/html;charset=UTF-8", "text/plain, text/plain;charset=UTF-8" })
    void writeWhenAcceptedThenInThatFormWithItsLength(String accept, String contentType) throws Exception {
        write(accept);
        assertThat(this.response.getStatus()).isEqualTo(503);
        assertThat(this.response.getContentType()).isEqualTo(contentType);
        assertThat(this.response.getContentLength()).isPositive().isEqualTo(body().length);
    }

    @ParameterizedTest
    @CsvSource({ "text/html", "text/plain" })
    void writeWhenForAPersonThenSaysTheSame(String accept) throws Exception {
        write(accept);
        assertThat(text()).contains("Payment outcome not yet known", "Do not sign a new one", "settlement_pending",
                "indeterminate", "same_payment", "5 seconds", "unknown", "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11",
                "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void writeWhenHtmlThenTextIsEscapedAndNothingIsLoaded() throws Exception {
        write("text/html");
        assertThat(text()).doesNotContain("<script").contains("&lt;script&gt;").doesNotContain("src=", "href=");
        assertThat(this.response.getHeader("Content-Security-Policy")).startsWith("default-src 'none'");
    }

    @Test
    void writeWhenJsonThenFurtherMembersStandBesideTheEnvelopes() throws Exception {
        write("application/json");
        Map<?, ?> members = JsonMapper.shared().readValue(body(), Map.class);
        assertThat(members.get("more")).isEqualTo("member");
        assertThat(members.get("instance")).isEqualTo("urn:uuid:6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11");
    }

    @ParameterizedTest
    @CsvSource({ "application/json", "text/html", "text/plain" })
    void writeWhenThereIsAContactThenIsNamed(String accept) throws Exception {
        this.request.addHeader("Accept", accept);
        new EnvelopeWriter(URI.create("https://shop.example.com/help?a=%3C")).write(this.request, this.response,
                ENVELOPE, Map.of());
        assertThat(text()).contains("https://shop.example.com/help?a=%3C");
    }

    @ParameterizedTest
    @CsvSource({ "application/json", "text/html", "text/plain" })
    void writeWhenTheBodyIsWrittenFurtherOutsideThenStatusOnly(String accept) throws Exception {
        EnvelopeWriter.noteStatusOnly(this.request);
        write(accept);
        assertThat(this.response.getStatus()).isEqualTo(503);
        assertThat(body()).isEmpty();
        assertThat(this.response.isCommitted()).isFalse();
    }

    @Test
    void writeWhenHeadThenLengthWithoutBody() throws Exception {
        this.request.setMethod("HEAD");
        write("text/html");
        assertThat(body()).isEmpty();
        assertThat(this.response.getContentLength()).isPositive();
    }

    private void write(String accept) throws Exception {
        this.request.addHeader("Accept", accept);
        this.writer.write(this.request, this.response, ENVELOPE, Map.of("more", "member"));
    }

    private byte[] body() {
        return this.response.getContentAsByteArray();
    }

    private String text() {
        return new String(body(), StandardCharsets.UTF_8);
    }

}
