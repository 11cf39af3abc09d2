package io.github.x402spring.transport;

import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Bounded pool of connections. Idle ones are used again, the last one first. Thread-safe.
 */
final class ConnectionPool {

    private final int max;

    private final Semaphore permits;

    /** Routes are few: their addresses come from the configuration. */
    private final Map<Route, Deque<Connection>> idle = new ConcurrentHashMap<>();

    private final AtomicInteger idleCount = new AtomicInteger();

    private volatile boolean closed;

    ConnectionPool(int max) {
        this.max = max;
        this.permits = new Semaphore(max);
    }

    /**
     * Waits for a permit to use a connection.
     * @return whether there was one in time
     */
    boolean lease(long nanos) throws InterruptedException {
        return this.permits.tryAcquire() || this.permits.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Returns the permit.
     */
    void release() {
        this.permits.release();
    }

    /**
     * Takes an idle connection that its peer has not closed.
     * @return the connection; {@code null} if there is none
     */
    @Nullable Connection take(Route route, long now) {
        Deque<Connection> connections = this.idle.get(route);
        Connection connection = (connections != null) ? connections.pollFirst() : null;
        while (connections != null && connection != null) {
            this.idleCount.decrementAndGet();
            if (now < connection.expiry() && connection.isQuiet()) {
                return connection;
            }
            connection.close();
            connection = connections.pollFirst();
        }
        return null;
    }

    /**
     * Stores a connection for other exchanges, if there is room.
     */
    void keep(Route route, Connection connection) {
        if (this.idleCount.incrementAndGet() > this.max || this.closed) {
            this.idleCount.decrementAndGet();
            connection.close();
            return;
        }
        this.idle.computeIfAbsent(route, (key) -> new ConcurrentLinkedDeque<>()).addFirst(connection);
        if (this.closed) {
            evict(Deadlines.NEVER);
        }
    }

    /**
     * Closes idle connections that have expired.
     * @return the time at which the next one expires; {@link Deadlines#NEVER} if none is
     * left
     */
    long evict(long now) {
        long next = Deadlines.NEVER;
        for (Deque<Connection> connections : this.idle.values()) {
            for (Iterator<Connection> oldest = connections.descendingIterator(); oldest.hasNext();) {
                Connection connection = oldest.next();
                if (connection.expiry() > now) {
                    next = Math.min(next, connection.expiry());
                }
                else if (connections.removeLastOccurrence(connection)) {
                    this.idleCount.decrementAndGet();
                    connection.close();
                }
            }
        }
        return next;
    }

    boolean isClosed() {
        return this.closed;
    }

    void close() {
        this.closed = true;
        evict(Deadlines.NEVER);
    }

    PoolState state() {
        return new PoolState(this.max - this.permits.availablePermits(), this.idleCount.get(),
                this.permits.getQueueLength(), this.max);
    }

}
