package io.github.x402spring;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Events of one logger, and of those below it, during a test.
 */
public final class LogLines implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger;

    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines(String name) {
        this.logger = (Logger) LoggerFactory.getLogger(name);
    }

    public static LogLines of(Class<?> type) {
        return new LogLines(type.getName());
    }

    public static LogLines ofPackage(Class<?> type) {
        return new LogLines(type.getPackageName());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        this.appender.start();
        this.logger.addAppender(this.appender);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        this.logger.detachAppender(this.appender);
    }

    public List<ILoggingEvent> events() {
        return List.copyOf(this.appender.list);
    }

    public List<ILoggingEvent> warnings() {
        return events().stream().filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN)).toList();
    }

    public List<String> messages() {
        return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

}
