package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class RedactionsTests {

    private final HoldableResponse response = new HoldableResponse(new MockHttpServletResponse(), 1024);

    private final AdmittingGate gate = new AdmittingGate();

    @Test
    void applyWhenPolicyDoesNotLimitThenUntouched() throws Exception {
        HeldResponse held = hold("text/plain", "CANARY");
        assertThat(Redactions.apply(this.gate.admit(), held, true)).isTrue();
        assertThat(body(held)).isEqualTo("CANARY");
    }

    @Test
    void applyWhenAnswerIsOneJsonDocumentThenOnlyWhatMayLeave() throws Exception {
        HeldResponse held = hold("application/json", "{\"a\":1,\"secret\":2,\"b\":{\"c\":1.50,\"secret\":3}}");
        assertThat(Redactions.apply(this.gate.limitedTo("a", "b.c").admit(), held, false)).isTrue();
        assertThat(body(held)).isEqualTo("{\"a\":1,\"b\":{\"c\":1.50}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text/plain | {"a":1}
            application/json;charset=UTF-16 | {"a":1}
            application/json | {"a":1
            application/json | {"a":1} {"secret":2}
            application/json | "secret"
            application/json | {"a":1,"a":2}
            """)
    void applyWhenAnswerIsNotOneJsonDocumentThenNothingMayLeave(String type, String document) throws Exception {
        HeldResponse held = hold(type, document);
        assertThat(Redactions.apply(this.gate.limitedTo("a").admit(), held, false)).isFalse();
    }

    @Test
    void applyWhenAnswerIsAStreamThenNothingMayLeave() throws Exception {
        HeldResponse held = hold("application/json", "{\"a\":1}");
        assertThat(Redactions.apply(this.gate.limitedTo("a").admit(), held, true)).isFalse();
    }

    @Test
    void applyWhenTrailersAreToFollowThenNothingMayLeave() throws Exception {
        HeldResponse held = hold("application/json", "{\"a\":1}");
        held.setTrailerFields(Map::of);
        assertThat(Redactions.apply(this.gate.limitedTo("a").admit(), held, false)).isFalse();
    }

    @Test
    void applyWhenThereAreOnlyTrailersThenNothingMayLeave() throws Exception {
        HeldResponse held = hold("application/json", "");
        held.setTrailerFields(Map::of);
        assertThat(Redactions.apply(this.gate.limitedTo("a").admit(), held, false)).isFalse();
    }

    @Test
    void applyWhenThereIsNoBodyThenItMayLeave() throws Exception {
        HeldResponse held = hold("text/plain", "");
        assertThat(Redactions.apply(this.gate.limitedTo("a").admit(), held, false)).isTrue();
    }

    private HeldResponse hold(String type, String body) throws IOException {
        this.response.hold(() -> {
        });
        this.response.setContentType(type);
        this.response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return Objects.requireNonNull(this.response.held());
    }

    private static String body(HeldResponse held) {
        return new String(held.body().peek(), StandardCharsets.UTF_8);
    }

}
