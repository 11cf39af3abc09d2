package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A byte of a body counts as handed to the container when the container gets it, whatever
 * it does with it.
 */
class BodyBegunTests {

    private final Container container = new Container();

    private final HoldableResponse response = new HoldableResponse(this.container, 16);

    private HeldResponse held;

    @ParameterizedTest
    @CsvSource({ "NOTHING, NONE, false", "NOTHING, ON_FLUSH, false", "NOTHING, ON_STATUS, false",
            "EMPTY_WRITES, ON_FLUSH, false", "LENGTH_ONLY, ON_FLUSH, false", "ERROR, ON_FLUSH, false",
            "REDIRECT, NONE, false", "BYTE, NONE, true", "BYTE, ON_WRITE, true", "BYTE, ON_FLUSH, true",
            "BYTE, ON_STATUS, false", "TEXT, NONE, true", "TEXT, ON_WRITE, true", "TEXT, ON_STATUS, false",
            "TEXT_IN_PAGE, NONE, true", "RESET, ON_FLUSH, false" })
    void releaseWhenItFailsThenBegunIfTheContainerGotAByte(Written written, Failure when, boolean begun)
            throws Exception {
        this.response.hold(() -> {
        });
        this.held = Objects.requireNonNull(this.response.held());
        write(written);
        assertThat(this.held.body().begun()).isFalse();
        this.container.failure = when;
        try {
            this.response.release(HeldExtent.WHOLE);
        }
        catch (IOException | IllegalStateException ex) {
            assertThat(when).isNotEqualTo(Failure.NONE);
        }
        assertThat(this.held.body().begun()).isEqualTo(begun);
    }

    private void write(Written written) throws IOException {
        switch (written) {
            case NOTHING -> this.held.setStatus(204);
            case EMPTY_WRITES -> {
                this.held.getOutputStream().write(new byte[0]);
                this.held.getOutputStream().flush();
            }
            case LENGTH_ONLY -> this.held.setContentLength(100);
            case ERROR -> this.held.sendError(404);
            case REDIRECT -> this.held.sendRedirect("/elsewhere");
            case BYTE -> this.held.getOutputStream().write(1);
            case TEXT -> this.held.getWriter().print("text");
            case TEXT_IN_PAGE -> {
                this.container.textTaken = true;
                this.held.getWriter().print("text");
            }
            case RESET -> {
                this.held.getOutputStream().write(1);
                this.held.reset();
            }
        }
    }

    enum Written {

        NOTHING, EMPTY_WRITES, LENGTH_ONLY, ERROR, REDIRECT, BYTE, TEXT, TEXT_IN_PAGE, RESET

    }

    enum Failure {

        NONE, ON_STATUS, ON_WRITE, ON_FLUSH

    }

    private static final class Container extends MockHttpServletResponse {

        private boolean textTaken;

        private Failure failure = Failure.NONE;

        private void fail(Failure now) throws IOException {
            if (this.failure == now) {
                throw new IOException("The client is gone");
            }
        }

        @Override
        public void setStatus(int status) {
            if (this.failure == Failure.ON_STATUS) {
                throw new IllegalStateException("Recycled");
            }
            super.setStatus(status);
        }

        @Override
        public PrintWriter getWriter() {
            return new PrintWriter(new StringWriter());
        }

        @Override
        public ServletOutputStream getOutputStream() {
            if (this.textTaken) {
                throw new IllegalStateException("getWriter() was called");
            }
            return new ServletOutputStream() {

                @Override
                public void write(int value) throws IOException {
                    fail(Failure.ON_WRITE);
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException();
                }

            };
        }

        @Override
        public void flushBuffer() {
            if (this.failure == Failure.ON_FLUSH) {
                throw new IllegalStateException("The client is gone");
            }
        }

    }

}
