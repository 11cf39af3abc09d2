package io.github.x402spring.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.FreePorts;

/**
 * Server on the loopback interface that plays one script for each connection, byte by
 * byte and without an HTTP library. Nothing else takes its port once it refuses
 * connections.
 */
public final class ScriptedServer implements AutoCloseable {

    private static final int MAX_WAIT_SECONDS = 30;

    private final @Nullable SSLContext tls;

    private volatile Round round = new Round();

    private volatile ServerSocket listener;

    private volatile Thread acceptor;

    private ScriptedServer(@Nullable SSLContext tls, ServerSocket listener) {
        this.tls = tls;
        this.listener = listener;
    }

    public static ScriptedServer start() {
        return start(null);
    }

    static ScriptedServer start(@Nullable SSLContext tls) {
        ScriptedServer server = new ScriptedServer(tls, listen(FreePorts.next()));
        server.accept();
        return server;
    }

    public URI url() {
        return URI.create(((this.tls != null) ? "https" : "http") + "://localhost:" + this.listener.getLocalPort());
    }

    /** Plays these scripts, one for each of the next connections. */
    public ScriptedServer play(Script... next) {
        this.round.scripts.addAll(List.of(next));
        return this;
    }

    /** Returns the requests that were read to their last byte. */
    public List<String> requests() {
        return List.copyOf(this.round.requests);
    }

    /** Returns the number of connections so far. */
    public int accepted() {
        return this.round.accepted.get();
    }

    /**
     * Forgets everything, and listens if it did not. What still runs on a connection from
     * before is recorded with it, no longer here.
     */
    public void reset() throws IOException {
        Round before = this.round;
        this.round = new Round();
        before.released.countDown();
        before.connections.forEach((connection) -> closeQuietly(() -> closeForGood(connection)));
        if (this.listener.isClosed()) {
            this.listener = listen(this.listener.getLocalPort());
            accept();
        }
    }

    /** Refuses every new connection, from the return of this method on. */
    public void refuse() {
        closeQuietly(this.listener);
        closeQuietly(this.acceptor::join);
    }

    /** Lets everything that waits end. */
    public void release() {
        this.round.released.countDown();
    }

    @Override
    public void close() {
        release();
        closeQuietly(this.listener);
        this.round.connections.forEach(ScriptedServer::closeQuietly);
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
            return socket;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void accept() {
        ServerSocket socket = this.listener;
        this.acceptor = Thread.ofPlatform().daemon().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket connection = socket.accept();
                    Round current = this.round;
                    current.accepted.incrementAndGet();
                    current.connections.add(connection);
                    Thread.ofVirtual().start(() -> serve(connection, current));
                }
                catch (IOException ex) {
                    closeQuietly(socket);
                }
            }
        });
    }

    private void serve(Socket connection, Round current) {
        Script script = current.scripts.poll();
        try (connection) {
            if (script != null) {
                Socket spoken = connection;
                if (this.tls != null) {
                    spoken = this.tls.getSocketFactory().createSocket(connection, null, true);
                }
                script.play(new Exchange(connection, spoken, current.requests, current.released));
            }
        }
        catch (IOException ex) {
            // The client went away.
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeForGood(Socket connection) throws IOException {
        connection.setSoLinger(true, MAX_WAIT_SECONDS);
        connection.close();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        }
        catch (Exception ex) {
            // It is gone either way.
        }
    }

    /** Scripts and records from one {@link ScriptedServer#reset()} to the next. */
    private static final class Round {

        private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();

        private final List<Socket> connections = new CopyOnWriteArrayList<>();

        private final List<String> requests = new CopyOnWriteArrayList<>();

        private final AtomicInteger accepted = new AtomicInteger();

        private final CountDownLatch released = new CountDownLatch(1);

    }

    /** What happens on a connection, which is closed at the end. */
    @FunctionalInterface
    public interface Script {

        void play(Exchange exchange) throws IOException, InterruptedException;

    }

    /** One connection. */
    public record Exchange(Socket transport, Socket socket, List<String> requests, CountDownLatch released) {

        public String readHead() throws IOException {
            InputStream in = this.socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) next(in));
            }
            return head.toString();
        }

        public Exchange read(int count) throws IOException {
            InputStream in = this.socket.getInputStream();
            for (int i = 0; i < count; i++) {
                next(in);
            }
            return this;
        }

        /** Reads a request to its last byte. */
        public Exchange readRequest() throws IOException {
            String head = readHead();
            int start = head.indexOf("Content-Length: ");
            int length = (start < 0) ? 0
                    : Integer.parseInt(head.substring(start + 16, head.indexOf("\r\n", start)).strip());
            byte[] body = this.socket.getInputStream().readNBytes(length);
            if (body.length < length) {
                throw new IOException("The client closed the connection");
            }
            this.requests.add(head + new String(body, StandardCharsets.UTF_8));
            return this;
        }

        public Exchange write(String text) throws IOException {
            this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            this.socket.getOutputStream().flush();
            return this;
        }

        public Exchange reply(String body) throws IOException {
            return write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
        }

        /** Closes once the client's side knows: the last packet waits to be confirmed. */
        public void close() throws IOException {
            closeForGood(this.transport);
        }

        public void reset() throws IOException {
            this.transport.setSoLinger(true, 0);
            this.transport.close();
        }

        public Exchange halfClose() throws IOException {
            this.transport.shutdownOutput();
            return this;
        }

        /** Writes a text over and over, one byte at a time. */
        public void trickle(String text) throws IOException, InterruptedException {
            for (int i = 0; !this.released.await(5, TimeUnit.MILLISECONDS); i++) {
                write(text.substring(i % text.length(), i % text.length() + 1));
            }
        }

        public void awaitRelease() throws InterruptedException {
            this.released.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        }

        private static int next(InputStream in) throws IOException {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The client closed the connection");
            }
            return next;
        }

    }

}
