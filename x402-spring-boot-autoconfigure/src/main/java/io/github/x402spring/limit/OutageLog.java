package io.github.x402spring.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Log of what fails for request after request. The first failure is logged with its stack
 * trace; those that follow are counted, and the count is logged once a minute. A failure
 * after a minute without any is a first one again. Each is logged at debug level.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class OutageLog {

    private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private final Logger logger;

    private final LongSupplier nanos;

    /** Bounded: events are texts of this library. */
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Creates a log.
     * @param logger the logger that events are written to
     */
    public OutageLog(Logger logger) {
        this(logger, System::nanoTime);
    }

    /**
     * Creates a log with a source of time.
     * @param logger the logger that events are written to
     * @param nanos the time in nanoseconds, from any origin
     */
    public OutageLog(Logger logger, LongSupplier nanos) {
        this.logger = logger;
        this.nanos = nanos;
    }

    /**
     * Logs a failure as a warning.
     * @param event what failed, in a text of this library
     * @param failure the failure
     */
    public void warn(String event, Throwable failure) {
        log(Level.WARN, event, "", failure);
    }

    /**
     * Logs a failure whose stack trace says nothing as a warning.
     * @param event what failed, in a text of this library
     * @param detail what happened, without the text of others
     */
    public void warn(String event, String detail) {
        log(Level.WARN, event, ": " + detail, null);
    }

    /**
     * Logs a failure as an error.
     * @param event what failed, in a text of this library
     * @param failure the failure
     */
    public void error(String event, Throwable failure) {
        log(Level.ERROR, event, "", failure);
    }

    private void log(Level level, String event, String detail, @Nullable Throwable failure) {
        Entry entry = this.entries.computeIfAbsent(event, (key) -> new Entry());
        long count;
        boolean first;
        synchronized (entry) {
            long now = this.nanos.getAsLong();
            first = !entry.begun || now - entry.lastAt >= INTERVAL;
            entry.lastAt = now;
            entry.count++;
            boolean due = first || now - entry.loggedAt >= INTERVAL;
            count = due ? entry.count : 0;
            if (due) {
                entry.begun = true;
                entry.loggedAt = now;
                entry.count = 0;
            }
        }
        if (count == 0) {
            this.logger.atDebug().setCause(failure).log("{}{}", event, detail);
        }
        else if (count == 1 && first) {
            this.logger.atLevel(level).setCause(failure).log("{}{}", event, detail);
        }
        else {
            this.logger.atLevel(level)
                .setCause(first ? failure : null)
                .log("{}{} ({} times since this was logged last)", event, detail, count);
        }
    }

    private static final class Entry {

        private boolean begun;

        private long lastAt;

        private long loggedAt;

        private long count;

    }

}
