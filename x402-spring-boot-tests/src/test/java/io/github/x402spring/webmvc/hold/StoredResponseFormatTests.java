package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.PaymentGate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class StoredResponseFormatTests {

    private final AdmittingGate gate = new AdmittingGate();

    private final AdmittedPayment payment = this.gate.admit();

    private final HeldResponse held = held();

    @Test
    void writeWhenKeptThenTheSameAnswer() throws Exception {
        this.held.setStatus(201);
        this.held.setContentType("text/plain");
        this.held.setCharacterEncoding("UTF-8");
        this.held.setLocale(Locale.CANADA_FRENCH);
        this.held.setHeader("X-Set", "1");
        this.held.addHeader("X-Set", "2");
        this.held.addHeader("X-Added", "é");
        this.held.getWriter().write("CANARY é");
        MockHttpServletResponse again = again();
        assertThat(again.getStatus()).isEqualTo(201);
        assertThat(again.getContentType()).isEqualTo("text/plain;charset=UTF-8");
        assertThat(again.getHeader("Content-Language")).isEqualTo("fr-CA");
        assertThat(again.getHeaders("X-Set")).containsExactly("1", "2");
        assertThat(again.getHeaders("X-Added")).containsExactly("before", "é");
        assertThat(again.getContentAsString(StandardCharsets.UTF_8)).isEqualTo("CANARY é");
    }

    @ParameterizedTest
    @ValueSource(strings = { "PAYMENT-RESPONSE", "payment-response", "X-Payment-Response", "Date", "Connection",
            "Transfer-Encoding", "Keep-Alive", "Trailer", "Upgrade" })
    void writeWhenAHeaderBelongsToTheMomentThenLeftOut(String name) throws Exception {
        this.held.setHeader(name, "old");
        assertThat(again().containsHeader(name)).isFalse();
    }

    @Test
    void writeWhenAnswerHasNoBodyThenNoBody() throws Exception {
        this.held.setStatus(204);
        MockHttpServletResponse again = again();
        assertThat(again.getStatus()).isEqualTo(204);
        assertThat(again.getContentAsByteArray()).isEmpty();
    }

    static Stream<Named<Consumer<HeldResponse>>> more() {
        return Stream.of(Named.of("cookie", (held) -> held.addCookie(new Cookie("session", "secret"))),
                Named.of("cookie header", (held) -> held.addHeader("Set-Cookie", "session=secret")),
                Named.of("redirect", (held) -> held.sendRedirect("/elsewhere")),
                Named.of("error page", (held) -> held.sendError(200)),
                Named.of("trailers", (held) -> held.setTrailerFields(Map::of)));
    }

    @ParameterizedTest
    @MethodSource("more")
    void keepWhenAnswerHasMoreToItThenNotKept(Consumer<HeldResponse> change) throws Exception {
        change.accept(this.held);
        settle(false);
        assertThat(this.gate.keeps()).isFalse();
    }

    @Test
    void keepWhenBodyIsBeyondTheBoundThenNotKept() throws Exception {
        this.held.getOutputStream().write(new byte[201]);
        settle(false);
        assertThat(this.gate.keeps()).isFalse();
    }

    @Test
    void keepWhenItIsAStreamThenNotKept() throws Exception {
        settle(true);
        assertThat(this.gate.keeps()).isFalse();
    }

    @Test
    void keepWhenItIsPlainThenKept() throws Exception {
        settle(false);
        assertThat(this.gate.keeps()).isTrue();
    }

    @Test
    void writeWhenBytesHaveAnotherFormatThenFails() {
        assertThatIOException()
            .isThrownBy(() -> StoredResponseFormat.write(new byte[] { 2, 0, 0 }, new MockHttpServletResponse()))
            .withMessage("A stored response has another format");
    }

    @Test
    void writeWhenBytesAreCutOffThenFails() {
        assertThatIOException()
            .isThrownBy(() -> StoredResponseFormat.write(new byte[] { 1, 0 }, new MockHttpServletResponse()));
    }

    private void settle(boolean stream) throws IOException {
        PaymentGate gate = this.gate.gate();
        gate.settle(this.payment, null, StoredResponseFormat.of(this.held, gate.maxStoredResponse(), stream));
    }

    private MockHttpServletResponse again() throws IOException {
        settle(false);
        this.gate.gate().deliveryEnded(this.payment, true);
        MockHttpServletResponse again = new MockHttpServletResponse();
        again.addHeader("X-Set", "before");
        again.addHeader("X-Added", "before");
        StoredResponseFormat.write(Objects.requireNonNull(this.gate.admit().storedResponse()), again);
        return again;
    }

    private static HeldResponse held() {
        HoldableResponse response = new HoldableResponse(new MockHttpServletResponse(), 1024);
        response.hold(() -> {
        });
        return Objects.requireNonNull(response.held());
    }

}
