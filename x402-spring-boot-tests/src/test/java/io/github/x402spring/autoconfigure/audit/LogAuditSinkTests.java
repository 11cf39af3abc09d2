package io.github.x402spring.autoconfigure.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.audit.AuditContext;
import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditLinesFixture;
import io.github.x402spring.audit.AuditRecord.IdentityEstablished;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Tag("locale")
class LogAuditSinkTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(LogAuditSink.LOGGER);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final Level level = this.logger.getLevel();

    private final LogAuditSink sink = new LogAuditSink(AuditLines.plain());

    @BeforeEach
    void listen() {
        this.log.start();
        this.logger.addAppender(this.log);
    }

    @AfterEach
    void leave() {
        this.logger.detachAppender(this.log);
        this.logger.setLevel(this.level);
    }

    @Test
    void writeWhenTheLoggerIsOnThenIsALineAtInfo() throws Exception {
        this.logger.setLevel(Level.INFO);
        this.sink.write(AuditLinesFixture.record(1));
        assertThat(this.log.list).singleElement().satisfies((event) -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).isEqualTo(AuditLines.plain().line(AuditLinesFixture.record(1)));
        });
    }

    @Test
    void writeWhenARecordHasPlaceholdersThenTheyAreText() throws Exception {
        this.logger.setLevel(Level.INFO);
        this.sink.write(new IdentityEstablished(
                new AuditContext(AuditLinesFixture.NOW, "id", null, "good", "x402", "{} ${jndi:x} %m", null), "T"));
        assertThat(this.log.list.get(0).getFormattedMessage()).contains("\"caller\":\"{} ${jndi:x} %m\"");
    }

    @Test
    void writeWhenTheLoggerIsOffThenSaysThatNothingWasWritten() {
        this.logger.setLevel(Level.WARN);
        assertThatIOException().isThrownBy(() -> this.sink.write(AuditLinesFixture.record(1)))
            .withMessageContaining(LogAuditSink.LOGGER)
            .withMessageNotContaining("caller-1");
        assertThat(this.log.list).isEmpty();
    }

}
