package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;

/**
 * Sink that writes records as lines of JSON to a logger of their own, at INFO. A failing
 * appender is not reported to the caller of a logger, and so not here.
 */
final class LogAuditSink implements AuditSink {

    /** The name of the logger. */
    static final String LOGGER = "io.github.x402spring.audit";

    private static final Logger logger = LoggerFactory.getLogger(LOGGER);

    private final AuditLines lines;

    LogAuditSink(AuditLines lines) {
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
