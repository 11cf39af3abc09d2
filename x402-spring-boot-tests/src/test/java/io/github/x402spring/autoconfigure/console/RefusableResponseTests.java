package io.github.x402spring.autoconfigure.console;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RefusableResponseTests {

    private final MockHttpServletResponse sent = new MockHttpServletResponse();

    private final RefusableResponse response = new RefusableResponse(this.sent);

    @Test
    void writeWhenRefusedThenNothingIsSent() throws Exception {
        this.response.setStatus(403);
        this.response.getOutputStream().write(new byte[] { 1, 2 });
        this.response.getOutputStream().close();
        this.response.flushBuffer();
        assertThat(this.response.isMute()).isTrue();
        assertThat(this.sent.isCommitted()).isFalse();
        assertThat(this.sent.getContentAsByteArray()).isEmpty();
    }

    @Test
    void writeWhenNotRefusedThenIsSent() throws Exception {
        this.response.getWriter().write("a");
        this.response.flushBuffer();
        assertThat(this.response.isMute()).isFalse();
        assertThat(this.sent.isCommitted()).isTrue();
        this.response.getWriter().flush();
        assertThat(this.sent.getContentAsString()).isEqualTo("a");
    }

}
