package io.github.x402spring.security;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.PolicyObligation;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LogObligationHandlerTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.x402spring.policy");

    private final @Nullable Level level = this.logger.getLevel();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        this.logger.setLevel(Level.DEBUG);
        this.logger.addAppender(this.log);
        this.log.start();
    }

    @AfterEach
    void leave() {
        this.logger.detachAppender(this.log);
        this.logger.setLevel(this.level);
    }

    @ParameterizedTest
    @CsvSource({ "debug, DEBUG", "info, INFO", "warn, WARN", "error, ERROR" })
    void carryOutWhenThePolicyChoosesALevelThenAtThat(String chosen, String level) {
        assertThat(carriesOut(Map.of("level", chosen))).isTrue();
        assertThat(this.log.list).extracting((event) -> event.getLevel().toString()).containsExactly(level);
    }

    @Test
    void carryOutWhenItChoosesNoneThenForInformation() {
        assertThat(carriesOut(Map.of())).isTrue();
        assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO);
    }

    @ParameterizedTest
    @MethodSource("noLevels")
    void carryOutWhenTheLevelIsNoneThenRefusedWithoutALine(@Nullable Object level) {
        assertThat(carriesOut(Collections.singletonMap("level", level))).isFalse();
        assertThat(this.log.list).isEmpty();
    }

    static Stream<@Nullable Object> noLevels() {
        return Stream.of("trace", "INFO", "off", "", "info\n", 20_000, List.of("info"), null);
    }

    @ParameterizedTest
    @MethodSource("names")
    void carryOutWhenItHasANameThenWrittenAsOneShortLine(@Nullable Object name, String written) {
        carriesOut(Collections.singletonMap("name", name));
        assertThat(this.log.list).singleElement()
            .extracting(ILoggingEvent::getFormattedMessage)
            .asString()
            .isEqualTo("A policy asks for a record of a request for endpoint 'weather': " + written);
    }

    static Stream<@Nullable Object[]> names() {
        return Stream.of(new @Nullable Object[] { "gold plan v1.2:a_b-c", "gold plan v1.2:a_b-c" },
                new @Nullable Object[] { "a\r\nERROR forged\t\u001b[31m", "a??ERROR forged???31m" },
                new @Nullable Object[] { "{}${jndi:ldap://x}", "????jndi:ldap:??x?" },
                new @Nullable Object[] { "n".repeat(65), "n".repeat(64) },
                new @Nullable Object[] { List.of("a"), "unnamed" }, new @Nullable Object[] { null, "unnamed" });
    }

    @Test
    void carryOutWhenThePolicySaysMoreThenNothingOfItIsWritten() {
        carriesOut(Map.of("name", "plan", "token", "s3cret"));
        assertThat(this.log.list).singleElement()
            .extracting(ILoggingEvent::getFormattedMessage)
            .asString()
            .doesNotContain("s3cret", PaidRequests.PAYER);
    }

    private boolean carriesOut(Map<String, @Nullable Object> attributes) {
        return new LogObligationHandler().carryOut(new PolicyObligation("log", attributes), PaidRequests.request())
            .isGranted();
    }

}
