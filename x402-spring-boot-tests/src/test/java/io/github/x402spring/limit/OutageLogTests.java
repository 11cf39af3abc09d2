package io.github.x402spring.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class OutageLogTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLogTests.class);

    private final ListAppender<ILoggingEvent> written = new ListAppender<>();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND);

    private final OutageLog log = new OutageLog(this.logger, this.nanos::get);

    @BeforeEach
    void listen() {
        this.written.start();
        this.logger.addAppender(this.written);
        this.logger.setAdditive(false);
        this.logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        this.logger.detachAppender(this.written);
        this.logger.setAdditive(true);
        this.logger.setLevel(null);
    }

    @Test
    void warnWhenManyFailThenTheFirstHasATraceAndOthersAreCountedOnceAMinute() {
        for (int i = 0; i < 180; i++) {
            this.log.warn("Ledger unavailable", new IllegalStateException("down"));
            this.nanos.addAndGet(SECOND);
        }
        assertThat(this.written.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("Ledger unavailable", "Ledger unavailable (60 times since this was logged last)",
                    "Ledger unavailable (60 times since this was logged last)");
        assertThat(this.written.list).extracting((event) -> event.getThrowableProxy() != null)
            .containsExactly(true, false, false);
    }

    @Test
    void warnWhenAMinutePassedWithoutFailureThenHasATraceAgainAndTellsWhatWasNotTold() {
        for (int i = 0; i < 5; i++) {
            this.log.warn("Ledger unavailable", new IllegalStateException("down"));
        }
        this.nanos.addAndGet(60 * SECOND);
        this.log.warn("Ledger unavailable", new IllegalStateException("down"));
        assertThat(this.written.list).hasSize(2);
        assertThat(this.written.list.get(1).getFormattedMessage())
            .isEqualTo("Ledger unavailable (5 times since this was logged last)");
        assertThat(this.written.list.get(1).getThrowableProxy()).isNotNull();
    }

    @Test
    void warnWhenDebuggingThenEachIsLogged() {
        this.logger.setLevel(Level.DEBUG);
        for (int i = 0; i < 3; i++) {
            this.log.warn("No usable reply", "status " + i);
        }
        assertThat(this.written.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("No usable reply: status 0", "No usable reply: status 1", "No usable reply: status 2");
        assertThat(this.written.list).extracting(ILoggingEvent::getLevel)
            .containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG);
    }

    @Test
    void warnWhenEventsDifferThenEachIsLogged() {
        this.log.warn("One", "first");
        this.log.warn("One", "second");
        this.log.warn("Two", "third");
        this.log.error("Three", new IllegalStateException("down"));
        assertThat(this.written.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("One: first", "Two: third", "Three");
        assertThat(this.written.list).extracting(ILoggingEvent::getLevel)
            .containsExactly(Level.WARN, Level.WARN, Level.ERROR);
    }

}
