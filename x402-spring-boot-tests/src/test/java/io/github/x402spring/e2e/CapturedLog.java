package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Captures everything that is logged at DEBUG, and at TRACE by this library, stack traces
 * included.
 */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final String LIBRARY = "io.github.x402spring";

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

    private final Logger root;

    private final Logger library;

    private final Level rootLevel;

    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

    private CapturedLog(LoggerContext context) {
        this.root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        this.library = context.getLogger(LIBRARY);
        this.rootLevel = this.root.getLevel();
        setContext(context);
    }

    /** Starts. Begin after the application has, because that sets logging up anew. */
    public static CapturedLog begin() {
        CapturedLog log = new CapturedLog((LoggerContext) LoggerFactory.getILoggerFactory());
        log.start();
        log.root.iteratorForAppenders().forEachRemaining(log.others::add);
        log.others.forEach(log.root::detachAppender);
        log.root.addAppender(log);
        log.root.setLevel(Level.DEBUG);
        log.library.setLevel(Level.TRACE);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        this.lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap() + " "
                + event.getKeyValuePairs() + " "
                + ((event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy()) : ""));
        if (event.getLevel().isGreaterOrEqual(Level.WARN) && event.getLoggerName().startsWith(LIBRARY)) {
            this.warnings.add(event.getFormattedMessage());
        }
    }

    public String text() {
        return String.join("\n", this.lines);
    }

    /**
     * What this library logged at WARN or above. Connection pools complain of slow
     * machines, too.
     */
    List<String> warnings() {
        return List.copyOf(this.warnings);
    }

    @Override
    public void close() {
        this.root.detachAppender(this);
        this.others.forEach(this.root::addAppender);
        this.root.setLevel(this.rootLevel);
        this.library.setLevel(null);
        stop();
    }

}
