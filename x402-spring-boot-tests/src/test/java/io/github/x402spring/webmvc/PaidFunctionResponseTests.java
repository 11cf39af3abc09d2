package io.github.x402spring.webmvc;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.webmvc.hold.HeldResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

class PaidFunctionResponseTests {

    @Test
    void writeToWhenRenderedThenWritesWhatWasVisible() throws Exception {
        MockHttpServletResponse below = new MockHttpServletResponse();
        below.addHeader("X-Outer", "one");
        HeldResponse rendered = HeldResponse.beside(below);
        rendered.setStatus(402);
        rendered.setContentType("application/problem+json");
        rendered.addHeader("PAYMENT-REQUIRED", "terms");
        rendered.getOutputStream().print("{}");

        PaidFunctionResponse response = PaidFunctionResponse.toWrite(rendered);

        assertThat(response.statusCode().value()).isEqualTo(402);
        assertThat(response.headers().toSingleValueMap()).containsOnly(entry("PAYMENT-REQUIRED", "terms"),
                entry("Content-Type", "application/problem+json"));
        assertThat(response.cookies()).isEmpty();
        assertThat(below.getStatus()).isEqualTo(200);
        response.writeTo(new MockHttpServletRequest(), below, () -> List.of());
        assertThat(below.getStatus()).isEqualTo(402);
        assertThat(below.getContentAsString()).isEqualTo("{}");
        assertThat(below.getHeader("PAYMENT-REQUIRED")).isEqualTo("terms");
        assertThatIllegalStateException()
            .isThrownBy(() -> response.writeTo(new MockHttpServletRequest(), below, () -> List.of()))
            .withMessageContaining("for one request only");
    }

    @Test
    void writeToWhenWrittenAlreadyThenWritesNothing() throws Exception {
        MockHttpServletResponse below = new MockHttpServletResponse();
        PaidFunctionResponse response = PaidFunctionResponse.written(503);
        assertThat(response.statusCode().value()).isEqualTo(503);
        response.writeTo(new MockHttpServletRequest(), below, () -> List.of());
        assertThat(below.getContentAsByteArray()).isEmpty();
        assertThat(below.getStatus()).isEqualTo(200);
    }

}
