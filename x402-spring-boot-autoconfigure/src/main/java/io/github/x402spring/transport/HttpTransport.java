package io.github.x402spring.transport;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/**
 * Blocking HTTP/1.1 client for one kind of peer, with a pool of connections.
 * <ul>
 * <li>A call ends in one of three ways: with a complete reply, with a
 * {@link NotSentException} if certainly no byte of the request left, with a
 * {@link NoReplyException} from the first byte on.
 * <li>One deadline spans the whole call, from the wait for a connection to the last byte
 * of the reply.
 * <li>A call sends at most one request. An idle connection is checked before a byte is
 * written; if its peer closed it, another one is opened.
 * <li>Head and body of a reply are bounded. Redirects, cookies, content codings and
 * credentials are left to the caller.
 * <li>An interrupt ends a call; the thread stays interrupted.
 * </ul>
 * After {@link #close()} calls in flight go on to their end, and new ones are not sent.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class HttpTransport implements ConnectionSource, AutoCloseable {

    /** Shorter than the time after which most servers close, 5 to 75 seconds. */
    private static final long KEEP = TimeUnit.SECONDS.toNanos(15);

    private static final long MAX_KEEP_SECONDS = 60;

    /** Small enough for sums of times not to overflow. */
    private static final long MAX_NANOS = Long.MAX_VALUE / 4;

    private static final Pattern TIMEOUT = Pattern.compile("timeout *= *\"?([0-9]{1,9})", Pattern.CASE_INSENSITIVE);

    private final Peer peer;

    private final long connectNanos;

    private final Connector connector;

    private final ConnectionPool pool;

    private final Deadlines deadlines;

    /**
     * Creates a transport. Opens nothing yet.
     * @param peer the kind of service that is called
     * @param maxConnections the largest number of calls in flight
     * @param connectTimeout the longest time that the wait for a permit of the pool may
     * take, and also that opening a connection may take
     */
    public HttpTransport(Peer peer, int maxConnections, Duration connectTimeout) {
        this(peer, maxConnections, connectTimeout, null);
    }

    HttpTransport(Peer peer, int maxConnections, Duration connectTimeout, @Nullable SSLContext tls) {
        this.peer = Objects.requireNonNull(peer, "'peer' must not be null");
        this.connectNanos = nanos(connectTimeout);
        this.connector = new Connector(tls);
        this.pool = new ConnectionPool(maxConnections);
        this.deadlines = new Deadlines("x402-transport-" + peer.value(), this.pool::evict);
    }

    /**
     * Posts a JSON document and waits for the reply.
     * @param uri the address
     * @param json the document
     * @param timeout the longest time that the call may take
     * @param maxLength the bound of the reply's body
     * @return the reply, whatever its status
     * @throws NotSentException if certainly no byte was sent
     * @throws NoReplyException if there is no complete reply to what was, or may have
     * been, sent
     */
    public Reply post(URI uri, byte[] json, Duration timeout, int maxLength) throws NotSentException, NoReplyException {
        return exchange(OutgoingRequest.post(uri, json)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json"), timeout, maxLength);
    }

    Reply exchange(OutgoingRequest request, Duration timeout, int maxLength) throws NotSentException, NoReplyException {
        return exchange(request, timeout, maxLength, new AtomicBoolean());
    }

    /**
     * Sends a request and waits for the reply. Sets {@code sent} before the first byte
     * leaves.
     */
    Reply exchange(OutgoingRequest request, Duration timeout, int maxLength, AtomicBoolean sent)
            throws NotSentException, NoReplyException {
        long end = this.deadlines.now() + nanos(timeout);
        lease(end);
        Guard guard = new Guard(end);
        try {
            this.deadlines.add(guard);
            return exchange(request, guard, maxLength, sent);
        }
        finally {
            this.deadlines.remove(guard);
            this.pool.release();
        }
    }

    private void lease(long end) throws NotSentException {
        if (Thread.currentThread().isInterrupted()) {
            throw new NotSentException("interrupted");
        }
        if (this.pool.isClosed()) {
            throw new NotSentException("the application is shutting down");
        }
        try {
            if (!this.pool.lease(Math.min(end - this.deadlines.now(), this.connectNanos))) {
                throw new NotSentException("every connection is in use");
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new NotSentException("interrupted");
        }
    }

    private Reply exchange(OutgoingRequest request, Guard guard, int maxLength, AtomicBoolean sent)
            throws NotSentException, NoReplyException {
        Route route = request.route();
        Connection connection = connection(route, guard);
        boolean intact = false;
        try {
            byte[] message = request.encode(connection.throughProxy());
            if (guard.expired()) {
                throw new NotSentException("no connection in time");
            }
            // From here on a byte may have left, whatever the exception is.
            sent.set(true);
            connection.send(message);
            Reply reply = connection.receive(maxLength);
            intact = true;
            return reply;
        }
        catch (NotSentException ex) {
            throw ex;
        }
        catch (IOException | HttpException | RuntimeException ex) {
            throw new NoReplyException(reason(ex, guard), guard.expired());
        }
        finally {
            end(route, connection, guard, intact);
        }
    }

    private Connection connection(Route route, Guard guard) throws NotSentException {
        Connection idle = this.pool.take(route, this.deadlines.now());
        if (idle != null) {
            try {
                guard.attach(idle.transport());
                return idle;
            }
            catch (IOException ex) {
                throw new NotSentException("no connection in time");
            }
        }
        return this.connector.open(route, guard, Math.min(guard.end() - this.deadlines.now(), this.connectNanos));
    }

    /**
     * Returns the connection to the pool if this exchange can no longer affect it.
     */
    private void end(Route route, Connection connection, Guard guard, boolean intact) {
        boolean reusable = guard.finish() && intact && connection.isReusable();
        long keep = reusable ? keep(connection.keepAlive()) : 0;
        if (keep <= 0) {
            connection.close();
            return;
        }
        connection.expiry(this.deadlines.now() + keep);
        this.pool.keep(route, connection);
        this.deadlines.attend(connection.expiry());
    }

    /**
     * Returns how long an idle connection is stored: a second less than at its peer, so
     * that a request does not cross the closing of the connection.
     */
    private static long keep(@Nullable String keepAlive) {
        if (keepAlive != null) {
            Matcher matcher = TIMEOUT.matcher(keepAlive);
            if (matcher.find()) {
                return TimeUnit.SECONDS.toNanos(Math.min(Long.parseLong(matcher.group(1)) - 1, MAX_KEEP_SECONDS));
            }
        }
        return KEEP;
    }

    /**
     * Describes a failure, without foreign text.
     */
    private static String reason(Exception exception, Guard guard) {
        if (guard.expired()) {
            return "timed out";
        }
        if (exception instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
            return "interrupted";
        }
        return switch (exception) {
            case TruncatedChunkException cut -> "the reply is cut off";
            case MalformedChunkCodingException chunks -> "the reply breaks the rules of HTTP";
            case ConnectionClosedException cut -> "the reply is cut off";
            case HttpException http -> "the reply breaks the rules of HTTP";
            case SocketException broken -> "the connection broke";
            default -> "the connection failed: " + exception.getClass().getSimpleName();
        };
    }

    @Override
    public Peer peer() {
        return this.peer;
    }

    @Override
    public PoolState connections() {
        return this.pool.state();
    }

    @Override
    public void close() {
        this.pool.close();
    }

    private static long nanos(Duration duration) {
        return Math.clamp(TimeUnit.NANOSECONDS.convert(duration), 0, MAX_NANOS);
    }

}
