package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class TaskHeaderTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void readWhenAbsentThenNull() throws Exception {
        assertThat(TaskHeader.read(this.request::getHeaders)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "Z", "0", "task-7._~", "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11" })
    void readWhenAnIdThenTheId(String id) throws Exception {
        this.request.addHeader("x402-task", id);
        assertThat(TaskHeader.read(this.request::getHeaders)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "a b", "a,b", "a/b", "../a", "a\n", "é", "\u0661", "a\"b", "a;b", "<a>", "%41" })
    void readWhenNoIdThenRefused(String id) {
        this.request.addHeader("X402-Task", id);
        assertMalformed();
    }

    @Test
    void readWhenAsLongAsAllowedThenTheId() throws Exception {
        this.request.addHeader("X402-Task", "a".repeat(128));
        assertThat(TaskHeader.read(this.request::getHeaders)).hasSize(128);
    }

    @Test
    void readWhenLongerThenRefused() {
        this.request.addHeader("X402-Task", "a".repeat(129));
        assertMalformed();
    }

    @Test
    void readWhenSentTwiceThenRefused() {
        this.request.addHeader("X402-Task", "a");
        this.request.addHeader("X402-Task", "a");
        assertMalformed();
    }

    private void assertMalformed() {
        assertThat(
                catchThrowableOfType(UnreadableRequestException.class, () -> TaskHeader.read(this.request::getHeaders))
                    .reason())
            .isEqualTo(Reason.TASK_MALFORMED);
    }

}
