package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

class HeldBodyTests {

    private static final int MAX_HELD = 4;

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private int starts;

    private Runnable whenStarted = () -> {
    };

    private final HeldMemory memory = new HeldMemory(2L * HeldBody.BLOCK);

    private final HeldBody body = new HeldBody(this.below, MAX_HELD, this.memory, () -> {
        this.starts++;
        this.whenStarted.run();
    });

    @Test
    void writeWhenHoldingThenNothingReachesTheClient() throws Exception {
        write("abcd");
        assertThat(this.body.peek()).asString(StandardCharsets.UTF_8).isEqualTo("abcd");
        assertThat(this.below.getContentAsByteArray()).isEmpty();
        assertThat(this.starts).isZero();
        assertThat(this.body.overflowed()).isFalse();
    }

    @Test
    void writeWhenBoundIsExceededThenSettlementIsAskedForWithEverythingStillHeld() throws Exception {
        write("abcd");
        this.body.write('e');
        assertThat(this.starts).isEqualTo(1);
        assertThat(this.body.overflowed()).isTrue();
        assertThat(this.body.peek()).hasSize(5);
        assertThat(this.below.getContentAsByteArray()).isEmpty();
    }

    @Test
    void writeWhenSettledWithTheBeginningThenTheRestFollowsInOrder() throws Exception {
        this.whenStarted = this::release;
        write("abcde");
        write("fg");
        assertThat(this.starts).isEqualTo(1);
        assertThat(this.below.getContentAsString()).isEqualTo("abcdefg");
    }

    @Test
    void writeWhenNotSettledThenFailsAndNothingLeaves() throws Exception {
        this.whenStarted = this.body::discard;
        assertThatIOException().isThrownBy(() -> write("abcde"));
        assertThatIOException().isThrownBy(() -> write("f"));
        assertThat(this.below.getContentAsByteArray()).isEmpty();
        assertThat(this.starts).isEqualTo(1);
    }

    @Test
    void writeWhenEmptyThenNeitherHeldNorSettled() throws Exception {
        assertThat(this.body.dispatchEnded()).isFalse();
        this.body.write(new byte[3], 1, 0);
        assertThat(this.starts).isZero();
    }

    @Test
    void writeWhenOnlyAPartOfTheArrayIsMeantThenThatPart() throws Exception {
        this.body.write("xabx".getBytes(StandardCharsets.UTF_8), 1, 2);
        assertThat(this.body.peek()).asString(StandardCharsets.UTF_8).isEqualTo("ab");
    }

    @Test
    void writeWhenADispatchHasEndedThenTheFirstByteAsksForSettlement() throws Exception {
        this.body.dispatchEnded();
        write("a");
        assertThat(this.starts).isEqualTo(1);
        assertThat(this.body.overflowed()).isFalse();
    }

    @Test
    void writeWhenADispatchGoesOnThenHeldAgain() throws Exception {
        this.body.dispatchEnded();
        this.body.dispatchStarted();
        write("a");
        assertThat(this.starts).isZero();
    }

    @Test
    void dispatchEndedWhenReleasedThenThereIsNothingToSettle() throws Exception {
        write("a");
        release();
        assertThat(this.body.dispatchEnded()).isFalse();
    }

    @Test
    void takeWhenTakenThenHandsEverythingOutOnce() throws Exception {
        write("abc");
        assertThat(this.body.take()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
        assertThat(this.body.take()).isEmpty();
        assertThat(this.body.holding()).isFalse();
    }

    @Test
    void writeWhenBeingReleasedThenWaitsForItBeforeItsOwnBytesLeave() throws Exception {
        write("ab");
        byte[] held = this.body.take();
        this.whenStarted = () -> finish(held);
        write("cd");
        assertThat(this.below.getContentAsString()).isEqualTo("abcd");
    }

    @Test
    void discardWhenHeldThenForgotten() throws Exception {
        write("abc");
        this.body.discard();
        assertThat(this.body.isEmpty()).isTrue();
        assertThat(this.body.discarded()).isTrue();
        assertThat(this.body.take()).isEmpty();
    }

    @Test
    void replaceWhenReplacedThenOnlyTheNewBytesAreHeld() throws Exception {
        write("abc");
        this.body.replace("x".getBytes(StandardCharsets.UTF_8));
        assertThat(this.body.take()).asString(StandardCharsets.UTF_8).isEqualTo("x");
    }

    @Test
    void clearWhenClearedThenTheBoundCountsAnew() throws Exception {
        write("abcd");
        this.body.clear();
        write("efgh");
        assertThat(this.starts).isZero();
        assertThat(this.body.take()).asString(StandardCharsets.UTF_8).isEqualTo("efgh");
    }

    @Test
    void flushWhenHoldingThenTheAnswerIsNotCommitted() throws Exception {
        this.body.flush();
        this.body.close();
        assertThat(this.below.isCommitted()).isFalse();
        release();
        this.body.flush();
        assertThat(this.below.isCommitted()).isTrue();
    }

    @Test
    void closeWhenPassingThenWhatIsLeftLeaves() throws Exception {
        release();
        this.body.close();
        assertThat(this.below.isCommitted()).isTrue();
    }

    @Test
    void writeBelowWhenThePageWritesTextThenInItsEncoding() throws Exception {
        MockHttpServletResponse page = new MockHttpServletResponse() {

            @Override
            public ServletOutputStream getOutputStream() {
                throw new IllegalStateException("getWriter() has already been called");
            }

        };
        page.setCharacterEncoding("UTF-8");
        byte[] bytes = "xé".getBytes(StandardCharsets.UTF_8);
        new HeldBody(page, MAX_HELD, this.memory, () -> {
        }).writeBelow(bytes, 1, bytes.length - 1);
        assertThat(page.getContentAsString()).isEqualTo("é");
    }

    @Test
    void setWriteListenerWhenSetThenRefused() {
        assertThatIllegalStateException().isThrownBy(() -> this.body.setWriteListener(mock(WriteListener.class)));
    }

    private void write(String text) throws IOException {
        this.body.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void release() {
        finish(this.body.take());
    }

    private void finish(byte[] bytes) {
        try {
            this.body.writeBelow(bytes, 0, bytes.length);
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
        this.body.pass();
    }

    @Test
    void writeWhenMemoryIsLeftThenTakesItInBlocksAndGivesItBackWhenTheResponseLeft() throws Exception {
        this.body.write(new byte[1]);
        assertThat(this.memory.taken()).isEqualTo(HeldBody.BLOCK);
        this.body.write(new byte[HeldBody.BLOCK - 1]);
        assertThat(this.memory.taken()).isEqualTo(HeldBody.BLOCK);
        this.body.take();
        assertThat(this.memory.taken()).isEqualTo(HeldBody.BLOCK);
        this.body.pass();
        assertThat(this.memory.taken()).isZero();
        this.body.free();
        assertThat(this.memory.taken()).isZero();
    }

    @Test
    void writeWhenOthersHoldAllMemoryThenIsCrowdedOut() throws Exception {
        HeldBody other = new HeldBody(this.below, Integer.MAX_VALUE, this.memory, () -> {
        });
        other.write(new byte[2 * HeldBody.BLOCK]);
        assertThat(other.crowdedOut()).isFalse();
        this.body.write(new byte[1]);
        assertThat(this.body.crowdedOut()).isTrue();
        assertThat(this.body.peek()).isEmpty();
        other.discard();
        assertThat(this.memory.taken()).isZero();
    }

}
