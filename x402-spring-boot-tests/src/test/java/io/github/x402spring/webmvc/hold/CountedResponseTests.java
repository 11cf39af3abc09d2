package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.webmvc.HeardExchanges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class CountedResponseTests {

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final CountedResponse response = new CountedResponse(this.below, true);

    @Test
    void writeWhenBytesLeaveThenCountedAndDigested() throws Exception {
        this.response.getOutputStream().write("xabx".getBytes(StandardCharsets.UTF_8), 1, 2);
        this.response.getOutputStream().write('c');
        assertCounted("abc");
        assertThat(this.below.getContentAsString()).isEqualTo("abc");
    }

    @Test
    void writeWhenTextLeavesThenCountedAsItIsEncoded() throws Exception {
        this.response.setCharacterEncoding("UTF-8");
        PrintWriter writer = this.response.getWriter();
        writer.write("é");
        writer.write("xü".toCharArray(), 1, 1);
        writer.write('€');
        writer.flush();
        assertCounted("éü€");
        assertThat(this.below.getContentAsString()).isEqualTo("éü€");
    }

    @Test
    void writeWhenACharacterComesInHalvesThenCountedWhole() throws Exception {
        this.response.setCharacterEncoding("UTF-8");
        PrintWriter writer = this.response.getWriter();
        for (char half : "😀".toCharArray()) {
            writer.write(half);
        }
        writer.flush();
        assertCounted("😀");
    }

    @Test
    void resetBufferWhenWhatWasWrittenIsForgottenThenNotCounted() throws Exception {
        this.response.getOutputStream().write("old".getBytes(StandardCharsets.UTF_8));
        this.response.resetBuffer();
        this.response.getOutputStream().write("new!".getBytes(StandardCharsets.UTF_8));
        assertCounted("new!");
    }

    @Test
    void resetWhenEverythingIsForgottenThenTheOtherKindOfOutputMayBeTaken() throws Exception {
        this.response.getOutputStream().write("old".getBytes(StandardCharsets.UTF_8));
        this.response.reset();
        this.response.getWriter().write("new!");
        assertCounted("new!");
    }

    @Test
    void deliveredWhenDigestIsNotWantedThenCountOnly() throws Exception {
        CountedResponse plain = new CountedResponse(this.below, false);
        plain.getOutputStream().write(new byte[7]);
        assertThat(plain.delivered(Delivery.BROKEN, true))
            .isEqualTo(new DeliveredResponse(Delivery.BROKEN, 7, null, true));
    }

    @Test
    void getOutputStreamWhenAskedTwiceThenTheSame() throws Exception {
        assertThat(this.response.getOutputStream()).isSameAs(this.response.getOutputStream());
    }

    @Test
    void writeWhenClientIsGoneThenSaysSoAndCountsNothing() throws Exception {
        int[] gone = { 0 };
        CountedResponse broken = new CountedResponse(new GoneResponse(), false);
        broken.whenGone(() -> gone[0]++);
        ServletOutputStream stream = broken.getOutputStream();
        assertThatIOException().isThrownBy(() -> stream.write(new byte[3]));
        assertThatIOException().isThrownBy(() -> stream.write(1));
        assertThatIOException().isThrownBy(stream::flush);
        assertThatIOException().isThrownBy(stream::close);
        assertThat(gone[0]).isEqualTo(4);
        assertThat(broken.delivered(Delivery.BROKEN, false).bytes()).isZero();
    }

    private void assertCounted(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(this.response.delivered(Delivery.WHOLE, false))
            .isEqualTo(new DeliveredResponse(Delivery.WHOLE, bytes.length, HeardExchanges.sha256(bytes), false));
    }

    private static final class GoneResponse extends MockHttpServletResponse {

        @Override
        public ServletOutputStream getOutputStream() {
            return new ServletOutputStream() {

                @Override
                public void write(int value) throws IOException {
                    throw new IOException("gone");
                }

                @Override
                public void flush() throws IOException {
                    throw new IOException("gone");
                }

                @Override
                public void close() throws IOException {
                    throw new IOException("gone");
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

    }

}
