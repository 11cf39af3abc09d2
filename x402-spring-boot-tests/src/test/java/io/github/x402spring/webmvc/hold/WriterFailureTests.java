package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UnsupportedEncodingException;
import java.io.Writer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Print writers that handlers are given fail when what they write to fails.
 */
class WriterFailureTests {

    private final AtomicInteger gone = new AtomicInteger();

    private final Client client = new Client();

    static Stream<Named<Consumer<PrintWriter>>> looks() {
        return Stream.of(Named.of("checkError", PrintWriter::checkError), Named.of("flush", PrintWriter::flush),
                Named.of("print and flush", (writer) -> {
                    writer.print("text");
                    writer.flush();
                }), Named.of("close", PrintWriter::close), Named.of("write and close", (writer) -> {
                    writer.write("text", 0, 4);
                    writer.close();
                }));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void countedWriterWhenTheClientIsGoneThenFailsAndSaysSo(Consumer<PrintWriter> look) throws Exception {
        PrintWriter writer = counted().getWriter();
        writer.print("text");
        this.client.gone = true;
        look.accept(writer);
        assertThat(writer.checkError()).isTrue();
        assertThat(this.gone).hasPositiveValue();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void countedWriterWhenTheClientIsThereThenNothingFails(Consumer<PrintWriter> look) throws Exception {
        CountedResponse response = counted();
        look.accept(response.getWriter());
        assertThat(response.getWriter().checkError()).isFalse();
        assertThat(this.gone).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("looks")
    void earlyWriterWhenTheResponseIsDiscardedThenFailsLikeAnEarlyStream(Consumer<PrintWriter> look) throws Exception {
        HoldableResponse response = new HoldableResponse(this.client, 16);
        PrintWriter writer = response.getWriter();
        response.hold(() -> {
        });
        response.discard();
        writer.print("secret");
        look.accept(writer);
        assertThat(writer.checkError()).isTrue();
        assertThat(this.client.getContentAsString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void earlyWriterWhenTheClientIsGoneThenFails(Consumer<PrintWriter> look) throws Exception {
        HoldableResponse response = new HoldableResponse(this.client, 16);
        PrintWriter writer = response.getWriter();
        this.client.gone = true;
        look.accept(writer);
        assertThat(writer.checkError()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void earlyWriterWhenHeldAndReleasedThenNothingFails(Consumer<PrintWriter> look) throws Exception {
        HoldableResponse response = new HoldableResponse(this.client, 16);
        PrintWriter writer = response.getWriter();
        writer.print("a");
        response.hold(() -> {
        });
        writer.print("b");
        assertThat(writer.checkError()).isFalse();
        response.release(HeldExtent.PART);
        look.accept(writer);
        assertThat(writer.checkError()).isFalse();
        assertThat(this.client.getContentAsString()).startsWith("ab");
    }

    @Test
    void heldWriterWhenTheResponseIsDiscardedThenFails() throws Exception {
        HoldableResponse response = new HoldableResponse(this.client, 16);
        response.hold(() -> {
        });
        PrintWriter writer = Objects.requireNonNull(response.held()).getWriter();
        response.discard();
        writer.print("secret");
        assertThat(writer.checkError()).isTrue();
    }

    private CountedResponse counted() {
        CountedResponse response = new CountedResponse(this.client, true);
        response.whenGone(this.gone::incrementAndGet);
        return response;
    }

    /** Keeps the failures of its writer to itself, as a container does. */
    private static final class Client extends MockHttpServletResponse {

        private volatile boolean gone;

        @Override
        public PrintWriter getWriter() throws UnsupportedEncodingException {
            PrintWriter content = super.getWriter();
            return new PrintWriter(new Writer() {

                @Override
                public void write(char[] text, int offset, int length) throws IOException {
                    failIfGone();
                    content.write(text, offset, length);
                }

                @Override
                public void flush() throws IOException {
                    failIfGone();
                    content.flush();
                }

                @Override
                public void close() throws IOException {
                    flush();
                }

            });
        }

        private void failIfGone() throws IOException {
            if (this.gone) {
                throw new IOException("Broken pipe");
            }
        }

    }

}
