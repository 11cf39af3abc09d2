package io.github.x402spring.webmvc.hold;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class HeldEndingTests {

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private final HeldResponse held = HeldResponse.beside(this.response);

    @Test
    void releaseWhenErrorHasAMessageThenSentWithIt() throws Exception {
        this.held.sendError(410, "sold out");
        this.held.release();
        assertThat(this.response.getStatus()).isEqualTo(410);
        assertThat(this.response.getErrorMessage()).isEqualTo("sold out");
    }

    @Test
    void releaseWhenErrorHasNoMessageThenSentWithoutOne() throws Exception {
        this.held.sendError(410, null);
        this.held.release();
        assertThat(this.response.getStatus()).isEqualTo(410);
        assertThat(this.response.getErrorMessage()).isNull();
    }

    @Test
    void releaseWhenRedirectThenWithItsOwnStatusAndAddress() throws Exception {
        this.held.sendRedirect("/elsewhere", 303, true);
        this.held.release();
        assertThat(this.response.getStatus()).isEqualTo(303);
        assertThat(this.response.getHeader("Location")).isEqualTo("/elsewhere");
    }

}
