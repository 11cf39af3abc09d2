package io.github.x402spring.webmvc.hold;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletOutputStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class HoldableResponseTests {

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final HoldableResponse response = new HoldableResponse(this.below, 16);

    @Test
    void writeWhenStreamWasTakenBeforeHoldingThenHeldWithTheRest() throws Exception {
        ServletOutputStream early = this.response.getOutputStream();
        early.write('a');
        hold();
        early.write('b');
        early.write("xcx".getBytes(StandardCharsets.UTF_8), 1, 1);
        assertThat(this.below.getContentAsString()).isEqualTo("a");
        this.response.release(HeldExtent.PART);
        early.write('d');
        assertThat(this.below.getContentAsString()).isEqualTo("abcd");
    }

    @Test
    void writeWhenWriterWasTakenBeforeHoldingThenHeldWithTheRest() throws Exception {
        PrintWriter early = this.response.getWriter();
        early.write("before ");
        hold();
        early.write("held ");
        early.flush();
        assertThat(this.below.getContentAsString()).isEqualTo("before ");
        this.response.release(HeldExtent.PART);
        early.write("after");
        early.flush();
        assertThat(this.below.getContentAsString()).isEqualTo("before held after");
    }

    @Test
    void writeWhenTakenEarlyAndDiscardedThenFailsAndNothingLeaves() throws Exception {
        ServletOutputStream stream = this.response.getOutputStream();
        hold();
        stream.write('a');
        this.response.discard();
        assertThatIOException().isThrownBy(() -> stream.write('b'));
        assertThat(this.below.getContentAsByteArray()).isEmpty();
    }

    @Test
    void writeWhenWriterWasTakenEarlyAndDiscardedThenNothingLeaves() throws Exception {
        PrintWriter writer = this.response.getWriter();
        hold();
        writer.write("a");
        this.response.discard();
        writer.write("b");
        writer.flush();
        assertThat(this.below.getContentAsByteArray()).isEmpty();
    }

    @Test
    void flushWhenTakenEarlyAndHeldThenNothingLeaves() throws Exception {
        ServletOutputStream early = this.response.getOutputStream();
        hold();
        early.write('a');
        early.flush();
        assertThat(this.below.isCommitted()).isFalse();
    }

    @Test
    void releaseWhenNothingIsHeldThenNothingHappens() throws Exception {
        this.response.release(HeldExtent.WHOLE);
        this.response.forget();
        this.response.discard();
        assertThat(this.below.isCommitted()).isFalse();
        assertThat(this.response.held()).isNull();
    }

    @Test
    void releaseWhenWholeThenLengthIsGivenAndTheAnswerLeaves() throws Exception {
        hold();
        this.response.getOutputStream().write("ab".getBytes(StandardCharsets.UTF_8));
        this.response.release(HeldExtent.WHOLE);
        assertThat(this.below.getContentLengthLong()).isEqualTo(2);
        assertThat(this.below.isCommitted()).isTrue();
    }

    @Test
    void releaseWhenOnlyTheBeginningThenNoLengthIsGiven() throws Exception {
        hold();
        this.response.getOutputStream().write('a');
        this.response.release(HeldExtent.BEGINNING);
        assertThat(this.below.getHeader("Content-Length")).isNull();
        assertThat(this.below.isCommitted()).isTrue();
    }

    @Test
    void setStatusWhenReleasedThenReachesTheClientAgain() throws Exception {
        hold();
        this.response.setStatus(201);
        assertThat(this.below.getStatus()).isEqualTo(200);
        this.response.release(HeldExtent.PART);
        this.response.setStatus(202);
        assertThat(this.below.getStatus()).isEqualTo(202);
    }

    private void hold() {
        this.response.hold(() -> {
        });
    }

}
