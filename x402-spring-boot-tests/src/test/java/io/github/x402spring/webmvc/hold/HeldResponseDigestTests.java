package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class HeldResponseDigestTests {

    @Test
    void digestWhenStatusTypeOrBodyDiffersThenDiffers() throws Exception {
        Set<String> digests = new HashSet<>();
        int responses = 0;
        for (int status : List.of(200, 201, 203, 302)) {
            for (String type : List.of("", "text/plain", "text/html", "text/plain;charset=UTF-8")) {
                for (String body : List.of("", "a", "b", "aa", "0", " text/plain", "text/plaina", "10 text/plain")) {
                    digests.add(held(status, type, body).digest());
                    responses++;
                }
            }
        }
        assertThat(digests).hasSize(responses).allMatch((digest) -> digest.matches("[0-9a-f]{64}"));
    }

    @Test
    void digestWhenWrittenInAnotherWayThenTheSame() throws Exception {
        HeldResponse streamed = held(200, "text/plain;charset=UTF-8", "\u00e4\u00f6");
        HeldResponse written = held(200, "text/plain;charset=UTF-8", "");
        written.getWriter().print("\u00e4");
        written.getWriter().print("\u00f6");
        written.setHeader("X-Other", "1");
        assertThat(written.digest()).isEqualTo(streamed.digest());
    }

    @Test
    void digestWhenComputedThenTheBodyIsStillHeld() throws Exception {
        HeldResponse held = held(200, "text/plain", "body");
        held.digest();
        assertThat(held.body().peek()).asString(StandardCharsets.UTF_8).isEqualTo("body");
        assertThat(held.body().begun()).isFalse();
    }

    private static HeldResponse held(int status, String type, String body) throws IOException {
        HoldableResponse response = new HoldableResponse(new MockHttpServletResponse(), 1000);
        response.hold(() -> {
        });
        HeldResponse held = Objects.requireNonNull(response.held());
        held.setStatus(status);
        if (!type.isEmpty()) {
            held.setContentType(type);
        }
        held.body().write(body.getBytes(StandardCharsets.UTF_8));
        return held;
    }

}
