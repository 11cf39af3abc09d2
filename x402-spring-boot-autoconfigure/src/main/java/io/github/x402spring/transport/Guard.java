package io.github.x402spring.transport;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Deadline of one exchange. When it passes, the socket of the exchange is closed, unless
 * the exchange ended before: the guard never closes a connection that went back to the
 * pool.
 */
final class Guard {

    private final long end;

    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    private volatile @Nullable Socket socket;

    Guard(long end) {
        this.end = end;
    }

    long end() {
        return this.end;
    }

    /**
     * Sets the socket to close at the deadline.
     */
    void attach(Socket next) throws IOException {
        this.socket = next;
        if (expired()) {
            close(next);
            throw new SocketException("The deadline has passed");
        }
    }

    /**
     * Ends the exchange.
     * @return whether it ended before the deadline, so that the socket is intact
     */
    boolean finish() {
        return this.state.compareAndSet(State.OPEN, State.DONE);
    }

    boolean expired() {
        return this.state.get() == State.EXPIRED;
    }

    /**
     * Closes the socket, unless the exchange ended.
     */
    void expire() {
        if (this.state.compareAndSet(State.OPEN, State.EXPIRED)) {
            close(this.socket);
        }
    }

    static void close(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        }
        catch (IOException ex) {
            // The socket is of no further use.
        }
    }

    private enum State {

        OPEN, DONE, EXPIRED

    }

}
