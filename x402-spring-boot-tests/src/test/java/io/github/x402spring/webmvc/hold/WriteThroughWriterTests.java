package io.github.x402spring.webmvc.hold;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WriteThroughWriterTests {

    private final Body body = new Body();

    private final WriteThroughWriter writer = new WriteThroughWriter(this.body, StandardCharsets.UTF_8);

    @Test
    void writeWhenWrittenThenNothingIsKeptBackAndNothingFlushed() throws Exception {
        this.writer.write("aé");
        assertThat(this.body.toString(StandardCharsets.UTF_8)).isEqualTo("aé");
        assertThat(this.body.flushes).isZero();
    }

    @Test
    void writeWhenACharacterComesInHalvesThenEncodedWhole() throws Exception {
        this.writer.write("x\ud83d");
        this.writer.write("\ude00y");
        assertThat(this.body.toString(StandardCharsets.UTF_8)).isEqualTo("x😀y");
    }

    @Test
    void writeWhenEncodingHasAByteOrderMarkThenWrittenOnce() throws Exception {
        WriteThroughWriter utf16 = new WriteThroughWriter(this.body, StandardCharsets.UTF_16);
        utf16.write("a");
        utf16.write("b");
        assertThat(this.body.toByteArray()).isEqualTo("ab".getBytes(StandardCharsets.UTF_16));
    }

    @Test
    void flushWhenAskedForThenReachesTheBody() throws Exception {
        this.writer.flush();
        assertThat(this.body.flushes).isEqualTo(1);
    }

    @Test
    void closeWhenClosedThenTheBodyIsClosedOnce() throws Exception {
        this.writer.write("a");
        this.writer.close();
        assertThat(this.body.closes).isEqualTo(1);
        assertThat(this.body.flushes).isZero();
    }

    private static final class Body extends ByteArrayOutputStream {

        private int flushes;

        private int closes;

        @Override
        public void flush() {
            this.flushes++;
        }

        @Override
        public void close() {
            this.closes++;
        }

    }

}
