package io.github.x402spring.facilitator.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Serves {@code /verify}, {@code /settle} and {@code /supported} on the loopback
 * interface, well or badly, as a test says for each path. Knows no HTTP library, so that
 * it can break every rule. Paths without a behaviour are answered with 404.
 */
public final class HostileFacilitatorServer implements AutoCloseable {

    private static final int MAX_WAIT_SECONDS = 20;

    private final ServerSocket listener;

    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();

    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private final CountDownLatch released = new CountDownLatch(1);

    private final Object monitor = new Object();

    private int unfinished;

    private HostileFacilitatorServer(ServerSocket listener) {
        this.listener = listener;
    }

    public static HostileFacilitatorServer start() {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            HostileFacilitatorServer server = new HostileFacilitatorServer(listener);
            Thread.ofVirtual().start(server::accept);
            return server;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + this.listener.getLocalPort());
    }

    public HostileFacilitatorServer on(String path, Behaviour behaviour) {
        this.behaviours.put(path, behaviour);
        return this;
    }

    public List<RecordedRequest> requests() {
        return List.copyOf(this.requests);
    }

    public List<RecordedRequest> requests(String path) {
        return this.requests.stream().filter((request) -> request.path().equals(path)).toList();
    }

    /**
     * Returns the number of requests that were read and whose answer has not ended,
     * whether or not the client is still there.
     */
    public int unfinished() {
        synchronized (this.monitor) {
            return this.unfinished;
        }
    }

    /**
     * Waits until at least so many requests were read and are without a complete answer.
     */
    public void awaitUnfinished(int count) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
        synchronized (this.monitor) {
            while (this.unfinished < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new TimeoutException("Only " + this.unfinished + " requests arrived");
                }
                this.monitor.wait(left);
            }
        }
    }

    /**
     * Lets everything that hangs or drips end without a further byte.
     */
    public void release() {
        this.released.countDown();
    }

    /** Refuses every new connection. */
    public void stopListening() {
        closeQuietly(this.listener);
    }

    @Override
    public void close() {
        release();
        closeQuietly(this.listener);
        this.connections.forEach(HostileFacilitatorServer::closeQuietly);
    }

    private void accept() {
        while (!this.listener.isClosed()) {
            try {
                Socket connection = this.listener.accept();
                this.connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
            catch (IOException ex) {
                closeQuietly(this.listener);
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            RecordedRequest request = RecordedRequest.read(new BufferedInputStream(connection.getInputStream()));
            this.requests.add(request);
            Behaviour behaviour = this.behaviours.getOrDefault(request.path(), json(404, "{\"error\":\"not found\"}"));
            count(1);
            try {
                behaviour.answer(new Exchange(request, connection, this.released));
            }
            finally {
                count(-1);
            }
        }
        catch (IOException ex) {
            // The client went away.
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(int change) {
        synchronized (this.monitor) {
            this.unfinished += change;
            this.monitor.notifyAll();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        }
        catch (Exception ex) {
            // It is gone either way.
        }
    }

    public static Behaviour json(String body) {
        return json(200, body);
    }

    public static Behaviour json(int status, String body) {
        return document(status, "application/json", body);
    }

    public static Behaviour json(Function<RecordedRequest, String> body) {
        return (exchange) -> json(body.apply(exchange.request())).answer(exchange);
    }

    public static Behaviour valid(String payer) {
        return json("{\"isValid\":true,\"payer\":\"" + payer + "\"}");
    }

    public static Behaviour invalid(String reason) {
        return json("{\"isValid\":false,\"invalidReason\":\"" + reason + "\"}");
    }

    public static Behaviour settled(String payer, String transaction, String network) {
        return json("{\"success\":true,\"payer\":\"" + payer + "\",\"transaction\":\"" + transaction
                + "\",\"network\":\"" + network + "\"}");
    }

    public static Behaviour notSettled(String reason, String transaction, String network) {
        return json("{\"success\":false,\"errorReason\":\"" + reason + "\",\"transaction\":\"" + transaction
                + "\",\"network\":\"" + network + "\"}");
    }

    public static Behaviour document(int status, String contentType, String body) {
        return withHeaders(status, Map.of("Content-Type", contentType), body);
    }

    public static Behaviour withHeaders(int status, Map<String, String> headers, String body) {
        return (exchange) -> {
            StringBuilder head = new StringBuilder();
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            head.append("Content-Length: ").append(bytes.length);
            exchange.head(status, head.toString());
            exchange.write(bytes);
        };
    }

    /**
     * Says nothing until {@link #release()}, then closes.
     */
    public static Behaviour hang() {
        return Exchange::awaitRelease;
    }

    /**
     * Sends the head of an answer and no body until {@link #release()}, then closes.
     */
    public static Behaviour hangAfterHead() {
        return (exchange) -> {
            exchange.head(200, "Content-Type: application/json\r\nContent-Length: 100");
            exchange.awaitRelease();
        };
    }

    /**
     * Closes the connection without a byte, with a TCP reset.
     */
    public static Behaviour reset() {
        return (exchange) -> {
            exchange.connection().setSoLinger(true, 0);
            exchange.connection().close();
        };
    }

    /**
     * Closes the connection in order, without a byte.
     */
    public static Behaviour closeWithoutAnswer() {
        return (exchange) -> exchange.connection().close();
    }

    /**
     * Sends a complete JSON document at once and blanks behind it, one at a time, until
     * {@link #release()}.
     */
    public static Behaviour drip(String body, Duration interval) {
        return (exchange) -> {
            exchange.head(200, "Content-Type: application/json\r\nContent-Length: 60000");
            exchange.write(body.getBytes(StandardCharsets.UTF_8));
            exchange.drip(" ".repeat(50_000), interval);
        };
    }

    /**
     * Sends the head of the answer one byte at a time until {@link #release()}.
     */
    public static Behaviour dripHead(Duration interval) {
        return (exchange) -> exchange.drip("HTTP/1.1 200 OK\r\nX-Filler: " + "x".repeat(50_000), interval);
    }

    public static Behaviour redirect(int status, URI location, String body) {
        return withHeaders(status, Map.of("Location", location.toString(), "Content-Type", "application/json"), body);
    }

    /**
     * Sends JSON of the given size in chunks, without saying how much will come.
     */
    public static Behaviour chunked(String start, int bytes) {
        return (exchange) -> {
            exchange.head(200, "Content-Type: application/json\r\nTransfer-Encoding: chunked");
            exchange.chunk(start.getBytes(StandardCharsets.UTF_8));
            byte[] blanks = new byte[8192];
            Arrays.fill(blanks, (byte) ' ');
            for (int sent = 0; sent < bytes; sent += blanks.length) {
                exchange.chunk(blanks);
            }
            exchange.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        };
    }

    /**
     * Announces a length that is not the body's.
     */
    public static Behaviour wrongLength(String body, int announced) {
        return (exchange) -> {
            exchange.head(200, "Content-Type: application/json\r\nContent-Length: " + announced);
            exchange.write(body.getBytes(StandardCharsets.UTF_8));
        };
    }

    /**
     * Sends these characters and nothing else: no status line unless they have one.
     */
    public static Behaviour raw(String text) {
        return (exchange) -> exchange.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Behaves differently from request to request; the last behaviour stays.
     */
    public static Behaviour sequence(Behaviour... behaviours) {
        AtomicInteger next = new AtomicInteger();
        return (exchange) -> behaviours[Math.min(next.getAndIncrement(), behaviours.length - 1)].answer(exchange);
    }

    /**
     * Answers one request.
     */
    @FunctionalInterface
    public interface Behaviour {

        void answer(Exchange exchange) throws IOException, InterruptedException;

    }

    /**
     * Holds a request as it came; names of headers are in lower case.
     */
    public record RecordedRequest(String method, String path, Map<String, String> headers, byte[] body) {

        public String text() {
            return new String(this.body, StandardCharsets.UTF_8);
        }

        static RecordedRequest read(InputStream in) throws IOException {
            String[] start = line(in).split(" ");
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            return new RecordedRequest(start[0], start[1], headers, body);
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("The client closed the connection");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

    }

    /**
     * Gives a behaviour the request and the bare connection.
     */
    public record Exchange(RecordedRequest request, Socket connection, CountDownLatch released) {

        public void head(int status, String headers) throws IOException {
            write(("HTTP/1.1 " + status + " Status\r\nConnection: close\r\n" + headers + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            OutputStream out = this.connection.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        public void chunk(byte[] bytes) throws IOException {
            write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            write(bytes);
            write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        public void drip(String text, Duration interval) throws InterruptedException {
            try {
                for (byte next : text.getBytes(StandardCharsets.ISO_8859_1)) {
                    if (this.released.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    write(new byte[] { next });
                }
            }
            catch (IOException ex) {
                // The client lost patience; the server has not.
            }
            awaitRelease();
        }

        public void awaitRelease() throws InterruptedException {
            this.released.await();
        }

    }

}
