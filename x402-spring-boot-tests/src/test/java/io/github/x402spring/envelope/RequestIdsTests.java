package io.github.x402spring.envelope;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RequestIdsTests {

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void ofWhenARequestIsReadAgainThenItsIdsAreTheSame() {
        Map<String, Object> attributes = new HashMap<>();
        Map<String, String> headers = Map.of("X-Request-Id", "theirs", "traceparent",
                "00-" + TRACE_ID + "-00f067aa0ba902b7-01");
        RequestIds ids = RequestIds.of(attributes::get, attributes::put, headers::get);
        assertThat(ids.clientRequestId()).isEqualTo("theirs");
        assertThat(ids.traceId()).isEqualTo(TRACE_ID);
        assertThat(RequestIds.of(attributes::get, attributes::put, headers::get)).isSameAs(ids);
        assertThat(attributes).containsEntry(RequestIds.ATTRIBUTE, ids);
    }

    @ParameterizedTest
    @ValueSource(strings = { "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11", "6F1C0F0E-2F0B-4C60-9D0E-3A6F2B8B9C11",
            "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11" })
    void ofWhenCallerSendsAnIdThenItStandsBesideOurs(String sent) {
        RequestIds ids = RequestIds.of(sent, () -> null);
        assertThat(ids.clientRequestId()).isEqualTo(sent);
        assertThat(ids.requestId()).isNotEqualTo(sent);
        assertThat(RequestIds.of(sent, () -> null).requestId()).isNotEqualTo(ids.requestId());
    }

    @Test
    void ofWhenCallerSendsNoIdThenThereIsNone() {
        assertThat(RequestIds.of(null, () -> null).clientRequestId()).isNull();
    }

    @Test
    void ofWhenCallersIdIsOddOrEndlessThenBoundedAndEscaped() {
        List<String> sent = List.of("a\r\nSet-Cookie: x", "\u202egnidnep", "\"}<script>", "0x" + "ab".repeat(65),
                "a b".repeat(10_000), "\u0000", "0x" + "cd".repeat(32));
        for (String id : sent) {
            assertThat(RequestIds.of(id, () -> null).clientRequestId()).matches("[ -~]{1,70}")
                .doesNotContain("abab", "cdcd");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "1", "6f1c0f0e-2f0b4c60-9d0e-3a6f2b8b9c11", "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c1g",
            "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11\n", "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11, x",
            "\"}<script>alert(1)</script>" })
    void ofWhenCallerSendsAnythingThenOursIsMade(String sent) {
        assertThat(RequestIds.of(sent, () -> null).requestId())
            .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void ofWhenThereIsATraceThenItsIdGoesBeforeTheCallers() {
        MDC.put("traceId", TRACE_ID);
        assertThat(RequestIds.of(null, () -> "00-00000000000000000000000000000001-00f067aa0ba902b7-01").traceId())
            .isEqualTo(TRACE_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = { "00000000000000000000000000000000", "nonsense" })
    void ofWhenTheTraceHasNoW3cIdThenTheCallers(String current) {
        MDC.put("traceId", current);
        assertThat(RequestIds.of(null, () -> "00-" + TRACE_ID + "-00f067aa0ba902b7-01").traceId()).isEqualTo(TRACE_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            "FF-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-0g",
            "0-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-001",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7", "ff", "" })
    void ofWhenTraceparentIsNotOneThenNone(String traceparent) {
        assertThat(RequestIds.of(null, () -> traceparent).traceId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "00", "01", "fe", "f0", "0f" })
    void ofWhenTraceparentHasAVersionThenItsTraceId(String version) {
        assertThat(RequestIds.of(null, () -> version + "-" + TRACE_ID + "-00f067aa0ba902b7-00").traceId())
            .isEqualTo(TRACE_ID);
    }

    @Test
    void ofWhenThereIsNoTraceThenNone() {
        assertThat(RequestIds.of(null, () -> null).traceId()).isNull();
    }

}
