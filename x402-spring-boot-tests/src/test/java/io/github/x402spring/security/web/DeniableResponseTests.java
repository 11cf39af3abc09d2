package io.github.x402spring.security.web;

import java.io.IOException;

import jakarta.servlet.WriteListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

@Tag("locale")
class DeniableResponseTests {

    private final MockHttpServletResponse container = new MockHttpServletResponse();

    private final DeniableResponse response = new DeniableResponse(this.container);

    @ParameterizedTest
    @ValueSource(ints = { 401, 403 })
    void speechlessWhenOnlyTheStatusIsADenialThenTrue(int status) {
        this.response.setStatus(status);
        assertThat(this.response.isBareDenial()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 302, 400, 402, 404, 500, 503 })
    void speechlessWhenItIsNoDenialThenFalse(int status) {
        this.response.setStatus(status);
        assertThat(this.response.isBareDenial()).isFalse();
    }

    @Test
    void speechlessWhenTheStreamWasTakenThenFalse() throws Exception {
        this.response.setStatus(401);
        this.response.getOutputStream();
        assertThat(this.response.isBareDenial()).isFalse();
    }

    @Test
    void speechlessWhenTheWriterWasTakenThenFalse() throws Exception {
        this.response.setStatus(403);
        this.response.getWriter();
        assertThat(this.response.isBareDenial()).isFalse();
    }

    @Test
    void speechlessWhenSentThenFalse() throws Exception {
        this.response.setStatus(401);
        this.response.flushBuffer();
        assertThat(this.response.isBareDenial()).isFalse();
    }

    @Test
    void speechlessWhenTheBodyWasTakenBackThenTrue() throws Exception {
        this.response.getWriter();
        this.response.reset();
        this.response.setStatus(401);
        assertThat(this.response.isBareDenial()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 401, 403 })
    void sendErrorWhenItIsADenialThenItsErrorPageIsNotAskedFor(int status) throws Exception {
        this.response.sendError(status, "Bad credentials for alice");
        assertThat(this.container.isCommitted()).isFalse();
        assertThat(this.container.getErrorMessage()).isNull();
        assertThat(this.response.getStatus()).isEqualTo(status);
        assertThat(this.response.isBareDenial()).isTrue();
    }

    @Test
    void sendErrorWhenItIsADenialThenOthersTakeItForSent() throws Exception {
        this.response.sendError(401);
        assertThat(this.response.isCommitted()).isTrue();
    }

    @Test
    void sendErrorWhenItIsAnotherThenTheContainers() throws Exception {
        this.response.sendError(404, "gone");
        assertThat(this.container.getErrorMessage()).isEqualTo("gone");
        assertThat(this.container.isCommitted()).isTrue();
    }

    @Test
    void sendErrorWhenABodyWasBegunThenTheContainers() throws Exception {
        this.response.getWriter();
        this.response.sendError(403);
        assertThat(this.container.isCommitted()).isTrue();
    }

    @Test
    void sendErrorWhenTheAnswerWasSentThenTheContainerFails() throws Exception {
        this.response.flushBuffer();
        assertThatIllegalStateException().isThrownBy(() -> this.response.sendError(403));
    }

    @Test
    void bodyWhenTheErrorWasSentThenLost() throws Exception {
        this.response.sendError(403);
        this.response.getWriter().print("secret");
        this.response.flushBuffer();
        assertThat(this.container.getContentAsString()).isEmpty();
        assertThat(this.response.isBareDenial()).isTrue();
    }

    @Test
    void setStatusWhenTheErrorWasSentThenTooLate() throws Exception {
        this.response.sendError(401);
        this.response.setStatus(200);
        assertThat(this.container.getStatus()).isEqualTo(401);
    }

    @Test
    void writeListenerWhenTheErrorWasSentThenRefused() throws IOException {
        this.response.sendError(401);
        assertThat(this.response.getOutputStream().isReady()).isTrue();
        assertThatIllegalStateException()
            .isThrownBy(() -> this.response.getOutputStream().setWriteListener(mock(WriteListener.class)));
    }

}
