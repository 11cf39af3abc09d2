package io.github.x402spring.facilitator.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FinalStatusesTests {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final FinalStatuses statuses = new FinalStatuses(List.of("Mined", " anchored "));

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(this.log);
    }

    @ParameterizedTest
    @ValueSource(strings = { "success", "confirmed", "settled", "completed", "finalized", "SUCCESS", "Confirmed",
            "sEtTlEd", "COMPLETED", "FINALIZED", " confirmed ", "mined", "MINED", "anchored", "", " " })
    void containWhenStatusIsFinalThenTrueWithoutAWord(String status) {
        assertThat(this.statuses.contain(status)).isTrue();
        assertThat(this.log.list).isEmpty();
    }

    @Test
    void containWhenItIsNoTextThenTrue() {
        assertThat(this.statuses.contain(null)).isTrue();
        for (Object value : List.of(true, false, 0, 200, new BigDecimal("1.5"), List.of("pending"),
                Map.of("status", "pending"))) {
            assertThat(this.statuses.contain(value)).isTrue();
        }
        assertThat(this.log.list).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "pending", "PENDING", "queued", "submitted", "broadcast", "accepted", "processing",
            "unknown", "failed", "reverted", "error", "ok", "succeeded", "success!", "not settled", "settled?",
            "successful", "con\u200bfirmed", "\ufb01nalized", "f\u0131nalized", "F\u0130NALIZED", "s\u00fcccess",
            "\u0441onfirmed" })
    void containWhenStatusIsAnyOtherTextThenFalseWithOneWarning(String status) {
        assertThat(this.statuses.contain(status)).isFalse();
        assertThat(this.statuses.contain(status)).isFalse();
        assertThat(this.log.list).singleElement().satisfies((event) -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("x402.facilitator.final-statuses");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "pending | 'pending'", "a\u2028b | 'a\\u2028b'",
            "it's | 'it\\u0027s'", "a\\b | 'a\\b'", "\u202egnidnep | '\\u202egnidnep'" })
    void containWhenStatusIsOddThenItIsLoggedEscaped(String status, String shown) {
        this.statuses.contain(status);
        assertThat(this.log.list.get(0).getFormattedMessage()).contains(shown);
    }

    @Test
    void containWhenStatusIsLongerThanShownThenItIsCut() {
        this.statuses.contain("a b~".repeat(5));
        this.statuses.contain("a b~".repeat(5) + "c");
        this.statuses.contain("a\u007f\u001fb");
        assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
            .satisfiesExactly((shown) -> assertThat(shown).contains("'" + "a b~".repeat(5) + "'"),
                    (shown) -> assertThat(shown).contains("'" + "a b~".repeat(5) + "...'"),
                    (shown) -> assertThat(shown).contains("'a\\u007f\\u001fb'"));
    }

    @Test
    void containWhenStatusInjectsLinesOrIsEndlessThenTheWarningIsOneShortLine() {
        this.statuses.contain("pending\r\n2026-01-01 ERROR forged");
        this.statuses.contain("0x" + "ab".repeat(10_000));
        assertThat(this.log.list).hasSize(2)
            .allSatisfy((event) -> assertThat(event.getFormattedMessage())
                .doesNotContain("\n", "\r", "forged", "ab".repeat(12))
                .hasSizeLessThan(260));
    }

    @Test
    void containWhenEachStatusIsAnotherThenWarningsEnd() {
        List<Boolean> results = new ArrayList<>();
        IntStream.range(0, 1000).forEach((i) -> results.add(this.statuses.contain("state" + i)));
        assertThat(results).containsOnly(false);
        assertThat(this.log.list).hasSize(16);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(FinalStatuses.class);
    }

}
