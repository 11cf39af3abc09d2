package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class HeldEndingTests {

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void writeToWhenErrorHasAMessageThenSentWithIt() throws Exception {
        new HeldEnding.Error(410, "sold out").writeTo(this.response);
        assertThat(this.response.getStatus()).isEqualTo(410);
        assertThat(this.response.getErrorMessage()).isEqualTo("sold out");
    }

    @Test
    void writeToWhenErrorHasNoMessageThenSentWithoutOne() throws Exception {
        new HeldEnding.Error(410, null).writeTo(this.response);
        assertThat(this.response.getStatus()).isEqualTo(410);
        assertThat(this.response.getErrorMessage()).isNull();
    }

    @Test
    void writeToWhenRedirectThenWithItsOwnStatusAndAddress() throws Exception {
        new HeldEnding.Redirect("/elsewhere", 303, true).writeTo(this.response);
        assertThat(this.response.getStatus()).isEqualTo(303);
        assertThat(this.response.getHeader("Location")).isEqualTo("/elsewhere");
    }

}
