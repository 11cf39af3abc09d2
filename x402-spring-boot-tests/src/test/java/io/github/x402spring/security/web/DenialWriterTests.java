package io.github.x402spring.security.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.envelope.RequestIds;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DenialWriterTests {

    private final DenialWriter writer = new DenialWriter(new EnvelopeRenderer(null), () -> null);

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

    @Test
    void writeWhenHtmlThenNothingIsLoaded() throws Exception {
        write("text/html");
        assertThat(this.response.getHeader("Content-Security-Policy")).startsWith("default-src 'none'");
    }

    @ParameterizedTest
    @CsvSource({ "application/json", "text/html", "text/plain" })
    void writeWhenTheBodyIsWrittenFurtherOutsideThenStatusOnly(String accept) throws Exception {
        this.request.setAttribute(EnvelopeRenderer.STATUS_ONLY_ATTRIBUTE, Boolean.TRUE);
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

    @Test
    void writeWhenTheRequestHasIdsThenNamesThem() throws Exception {
        RequestIds ids = new RequestIds("6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11", null, null);
        this.request.setAttribute(RequestIds.ATTRIBUTE, ids);
        write("text/plain");
        assertThat(new String(body(), StandardCharsets.UTF_8)).contains(ids.requestId());
    }

    @Test
    void writeWhenTheRequestHasNoIdsThenStoresThoseThatItNames() throws Exception {
        this.request.addHeader("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        this.request.addHeader("X-Request-Id", "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11");
        write("text/plain");
        assertThat(this.request.getAttribute(RequestIds.ATTRIBUTE)).isInstanceOfSatisfying(RequestIds.class, (ids) -> {
            assertThat(ids.clientRequestId()).isEqualTo("6f1c0f0e2f0b4c609d0e3a6f2b8b9c11");
            assertThat(new String(body(), StandardCharsets.UTF_8)).contains(ids.requestId(),
                    "4bf92f3577b34da6a3ce929d0e0e4736");
        });
    }

    private void write(String accept) throws Exception {
        this.request.addHeader("Accept", accept);
        this.writer.write(this.request, this.response, Reason.SETTLEMENT_PENDING, Map.of(), "Authorization");
    }

    private byte[] body() {
        return this.response.getContentAsByteArray();
    }

}
