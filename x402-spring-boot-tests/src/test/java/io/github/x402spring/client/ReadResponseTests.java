package io.github.x402spring.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ReadResponseTests {

    private final Closed below = new Closed();

    private final ReadResponse response = new ReadResponse(this.below, "read".getBytes(StandardCharsets.UTF_8));

    @Test
    void getBodyWhenReadTwiceThenTheSameBothTimes() throws IOException {
        assertThat(this.response.getBody().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("read");
        assertThat(this.response.getBody().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("read");
    }

    @Test
    void getHeadersWhenAskedThenThoseOfTheAnswer() throws IOException {
        this.below.getHeaders().set("X-Answer", "1");
        assertThat(this.response.getHeaders().getFirst("X-Answer")).isEqualTo("1");
        assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(this.response.getStatusText()).isEqualTo("Forbidden");
    }

    @Test
    void closeWhenClosedThenTheConnectionIsGivenBack() {
        this.response.close();
        assertThat(this.below.closed).isTrue();
    }

    private static final class Closed extends MockClientHttpResponse {

        private boolean closed;

        Closed() {
            super("unread".getBytes(StandardCharsets.UTF_8), HttpStatus.FORBIDDEN);
        }

        @Override
        public void close() {
            this.closed = true;
        }

    }

}
