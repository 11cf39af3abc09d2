package io.github.x402spring.autoconfigure.discovery;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PreparedDocumentTests {

    private final PreparedDocument document = new PreparedDocument("text/plain", new byte[] { 'a', 'b' });

    @Test
    void handleRequestWhenHeadThenSendsLengthAlone() throws Exception {
        MockHttpServletResponse response = handle("HEAD");
        assertThat(response.getContentLength()).isEqualTo(2);
        assertThat(response.getContentAsByteArray()).isEmpty();
    }

    @Test
    void handleRequestWhenGetThenSendsDocumentWithTag() throws Exception {
        MockHttpServletResponse response = handle("GET");
        assertThat(response.getContentAsString()).isEqualTo("ab");
        assertThat(response.getHeader("ETag")).matches("\"[0-9a-f]{32}\"");
    }

    @Test
    void handleRequestWhenMethodIsAnotherThenNotSupported() {
        assertThatExceptionOfType(HttpRequestMethodNotSupportedException.class).isThrownBy(() -> handle("POST"));
    }

    private MockHttpServletResponse handle(String method) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        this.document.handleRequest(new MockHttpServletRequest(method, "/a"), response);
        return response;
    }

}
