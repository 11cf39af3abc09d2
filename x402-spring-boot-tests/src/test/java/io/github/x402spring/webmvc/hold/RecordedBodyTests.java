package io.github.x402spring.webmvc.hold;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.DelegatingServletInputStream;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RecordedBodyTests {

    private static final int MAX = 5000;

    private static final int MEMORY = 2 * (MAX + 1);

    private final HeldMemory memory = new HeldMemory(MEMORY);

    private RecordedBody body = body("");

    @AfterEach
    void memoryWhenTheRequestHasEndedThenIsFree() {
        this.body.free();
        this.body.free();
        assertThat(this.memory.taken()).isZero();
    }

    @ParameterizedTest
    @CsvSource({ "0, 0", "1, 0", "1, 1", "2047, 2047", "2048, 1", "2049, 2048", "5000, 0", "5000, 4999", "5000, 5000" })
    void allWhenSomeWasReadThenTheWholeAndTheReaderGoesOn(int length, int readBefore) throws Exception {
        String content = content(length);
        this.body = body(content);
        byte[] before = this.body.readNBytes(readBefore);
        assertThat(this.body.all()).asString(StandardCharsets.UTF_8).isEqualTo(content);
        assertThat(this.memory.taken()).isEqualTo(length);
        byte[] after = this.body.readAllBytes();
        assertThat(text(before) + text(after)).isEqualTo(content);
        assertThat(this.body.read()).isEqualTo(-1);
        assertThat(this.body.isFinished()).isTrue();
        assertThat(this.body.all()).asString(StandardCharsets.UTF_8).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 5000, 5001, 6000 })
    void allWhenTooLongThenRejectedAndAReaderGetsEveryByte(int readBefore) throws IOException {
        String content = content(6000);
        this.body = body(content);
        byte[] before = this.body.readNBytes(readBefore);
        if (readBefore > MAX) {
            assertThat(text(before) + text(this.body.readAllBytes())).isEqualTo(content);
        }
        assertThat(reason()).isEqualTo(Reason.REQUEST_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 3000 })
    void allWhenOthersTookTheMemoryThenUnavailableAndAReaderGetsEveryByte(int readBefore) throws IOException {
        this.memory.take(MEMORY - 1);
        String content = content(3000);
        this.body = body(content);
        byte[] before = this.body.readNBytes(readBefore);
        if (readBefore > 0) {
            assertThat(text(before) + text(this.body.readAllBytes())).isEqualTo(content);
        }
        assertThat(reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        assertThat(this.memory.taken()).isEqualTo(MEMORY - 1);
        this.memory.giveBack(MEMORY - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 3000 })
    void readWhenOthersTookTheMemoryThenNoByteIsLost(int recorded) throws IOException {
        String content = content(3000);
        this.body = body(content);
        byte[] before = this.body.readNBytes(recorded);
        long others = MEMORY - this.memory.taken();
        this.memory.take(others);
        if (recorded < 3000) {
            assertThat(reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        }
        assertThat(text(before) + text(this.body.readAllBytes())).isEqualTo(content);
        this.memory.giveBack(others);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 3000 })
    void readWhenTheRequestHasEndedThenNothingMoreIsTaken(int readBefore) throws IOException {
        String content = content(3000);
        this.body = body(content);
        byte[] before = this.body.readNBytes(readBefore);
        this.body.free();
        assertThat(this.memory.taken()).isZero();
        assertThat(text(before) + text(this.body.readAllBytes())).isEqualTo(content);
        assertThat(this.memory.taken()).isZero();
    }

    @ParameterizedTest
    @CsvSource({ "0, 3000", "1, 3000", "2048, 3000", "3000, 3000", "3000, 5000" })
    void allWhenScreenedMeanwhileThenTakesWhatItHolds(int readBefore, int length) throws Exception {
        this.body = body(content(length));
        this.body.readNBytes(readBefore);
        this.body.screened();
        assertThat(this.body.all()).hasSize(length);
        assertThat(this.memory.taken()).isEqualTo(length);
    }

    @Test
    void allWhenTheRequestHasEndedThenNoMemoryIsGivenBackTwice() throws Exception {
        this.body = body(content(3000));
        this.body.readAllBytes();
        this.body.free();
        assertThat(this.body.all()).hasSize(3000);
        assertThat(this.memory.taken()).isZero();
    }

    @Test
    void allWhenReadingFailsThenIncompleteForGood() {
        ServletInputStream broken = new ServletInputStream() {

            private int left = 10;

            @Override
            public int read() throws IOException {
                if (this.left-- > 0) {
                    return 'a';
                }
                if (this.left == -1) {
                    throw new IOException("reset");
                }
                return -1;
            }

            /** The method that is inherited takes an exception for the end. */
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int next = read();
                if (next >= 0) {
                    target[offset] = (byte) next;
                }
                return (next < 0) ? -1 : 1;
            }

            @Override
            public boolean isFinished() {
                return false;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new IllegalStateException();
            }

        };
        this.body = new RecordedBody(broken, MAX, this.memory);
        assertThat(reason()).isEqualTo(Reason.REQUEST_INCOMPLETE);
        assertThat(reason()).isEqualTo(Reason.REQUEST_INCOMPLETE);
    }

    private Reason reason() {
        UnreadableRequestException failure = catchThrowableOfType(UnreadableRequestException.class, this.body::all);
        assertThat(failure).isNotNull();
        return failure.reason();
    }

    private RecordedBody body(String content) {
        return new RecordedBody(
                new DelegatingServletInputStream(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))),
                MAX, this.memory);
    }

    private static String content(int length) {
        StringBuilder content = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            content.append((char) ('a' + i % 26));
        }
        return content.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

}
