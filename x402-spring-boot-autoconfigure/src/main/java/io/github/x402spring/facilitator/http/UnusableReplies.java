package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.transport.Reply;

/**
 * Log of replies that no payment can change: those of a facilitator that wants
 * credentials or is not at the configured address. Each kind is logged once with its
 * remedy, then counted, and logged with the count every hour in which it recurs.
 * Thread-safe.
 */
final class UnusableReplies {

    private static final Logger logger = LoggerFactory.getLogger(UnusableReplies.class);

    private static final long PAUSE = TimeUnit.HOURS.toNanos(1);

    private static final String CREDENTIALS = "declare an HttpFacilitatorCustomizer bean that adds the facilitator's "
            + "credentials";

    private static final String ADDRESS = "set x402.facilitator.url to the address in front of /verify and /settle";

    private final LongSupplier nanos;

    /** Bounded: three addresses, and a few kinds of reply for each. */
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Creates a log.
     * @param nanos the source of time, in nanoseconds
     */
    UnusableReplies(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Logs a reply that was not usable.
     * @param uri the address that was called, without credentials
     * @param reply the reply
     */
    void log(URI uri, Reply reply) {
        String remedy = remedy(reply);
        if (remedy == null) {
            return;
        }
        long now = this.nanos.getAsLong();
        String kind = (isHtml(reply) ? "an HTML page and status " : "status ") + reply.status();
        Entry entry = this.entries.computeIfAbsent(uri + " " + kind, (key) -> new Entry(now - PAUSE));
        entry.count.incrementAndGet();
        long last = entry.loggedAt.get();
        if (now - last >= PAUSE && entry.loggedAt.compareAndSet(last, now)) {
            long count = entry.count.getAndSet(0);
            if (count == 1) {
                logger.warn("Facilitator replied with {} at {}: {}", kind, uri, remedy);
            }
            else {
                logger.warn("Facilitator replied with {} at {}, {} times since this was logged last: {}", kind, uri,
                        count, remedy);
            }
        }
    }

    private static @Nullable String remedy(Reply reply) {
        return switch (reply.status()) {
            case 401, 403 -> CREDENTIALS;
            case 407 -> "the proxy between wants credentials; let it forward to the facilitator, or " + CREDENTIALS;
            case 404, 405 -> ADDRESS;
            default -> isHtml(reply) ? ADDRESS + ", or " + CREDENTIALS : null;
        };
    }

    private static boolean isHtml(Reply reply) {
        String type = reply.header("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("text/html")) {
            return true;
        }
        byte[] body = reply.body();
        return body.length > 0 && body[0] == '<';
    }

    private static final class Entry {

        private final AtomicLong count = new AtomicLong();

        private final AtomicLong loggedAt;

        private Entry(long loggedAt) {
            this.loggedAt = new AtomicLong(loggedAt);
        }

    }

}
