package io.github.x402spring.audit;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

/**
 * Writes records as lines of JSON to a logger of their own, at INFO. Whether an appender
 * writes what a logger is given, nobody is told.
 *
 * @since 0.1.0
 */
public final class LogAuditSink implements AuditSink {

    /** The name of the logger. */
    public static final String LOGGER = "io.github.x402spring.audit";

    private static final Logger logger = LoggerFactory.getLogger(LOGGER);

    private final AuditLines lines;

    /**
     * Creates a sink.
     * @param lines writes the lines
     */
    public LogAuditSink(AuditLines lines) {
        Assert.notNull(lines, "'lines' must not be null");
        this.lines = lines;
    }

    @Override
    public void write(AuditRecord record) throws IOException {
        if (!logger.isInfoEnabled()) {
            throw new IOException("The logger " + LOGGER + " is off");
        }
        logger.info("{}", this.lines.line(record));
    }

}
