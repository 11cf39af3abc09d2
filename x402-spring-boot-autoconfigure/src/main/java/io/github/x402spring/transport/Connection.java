package io.github.x402spring.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.jspecify.annotations.Nullable;

/**
 * Open HTTP/1.1 connection, used by one exchange at a time.
 */
final class Connection {

    private static final int BUFFER_SIZE = 8192;

    private static final int MAX_HEAD = 64 * 1024;

    private static final int MAX_INTERIM_REPLIES = 16;

    /** One byte in a chunk of its own takes six bytes, and more with extensions. */
    private static final int CHUNKING = 8;

    private static final int SWITCHING_PROTOCOLS = 101;

    private static final int NO_CONTENT = 204;

    private static final int NOT_MODIFIED = 304;

    private static final Http1Config CONFIG = Http1Config.custom()
        .setMaxLineLength(BUFFER_SIZE)
        .setMaxHeaderCount(100)
        .build();

    private final Socket transport;

    private final boolean throughProxy;

    private final OutputStream out;

    private final BoundedInput in;

    private final SessionInputBufferImpl buffer = new SessionInputBufferImpl(BUFFER_SIZE, BUFFER_SIZE);

    private final DefaultHttpResponseParser parser = new DefaultHttpResponseParser(CONFIG);

    private final ByteBuffer probe = ByteBuffer.allocate(1);

    private boolean reusable;

    private @Nullable String keepAlive;

    /** Time from which on the connection is not used any more. */
    private volatile long expiry;

    /**
     * Creates a connection.
     * @param transport the TCP socket
     * @param socket the socket for messages: the same, or TLS on top of it
     * @param throughProxy whether requests need the whole address, because a proxy
     * forwards them
     */
    Connection(Socket transport, Socket socket, boolean throughProxy) throws IOException {
        this.transport = transport;
        this.throughProxy = throughProxy;
        this.out = socket.getOutputStream();
        this.in = new BoundedInput(socket.getInputStream());
    }

    Socket transport() {
        return this.transport;
    }

    boolean throughProxy() {
        return this.throughProxy;
    }

    long expiry() {
        return this.expiry;
    }

    void expiry(long time) {
        this.expiry = time;
    }

    /**
     * Checks, without waiting, that the connection is as the last exchange left it. It is
     * not used again if the peer closed it or sent bytes without a request, such as a
     * time-out in HTTP or an alert of TLS.
     */
    boolean isQuiet() {
        SocketChannel channel = this.transport.getChannel();
        if (channel == null || this.buffer.hasBufferedData()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            this.probe.clear();
            boolean quiet = channel.read(this.probe) == 0;
            channel.configureBlocking(true);
            return quiet;
        }
        catch (IOException ex) {
            return false;
        }
    }

    void send(byte[] message) throws IOException {
        this.out.write(message);
        this.out.flush();
    }

    /**
     * Reads the reply to a request.
     * @param maxLength the bound of the body; one byte more is read of a longer one
     */
    Reply receive(int maxLength) throws IOException, HttpException {
        this.reusable = false;
        this.in.begin(MAX_HEAD + CHUNKING * (long) maxLength);
        ClassicHttpResponse head = receiveHead();
        long length = DefaultContentLengthStrategy.INSTANCE.determineLength(head);
        byte[] body = receiveBody(hasBody(head) ? length : 0, maxLength);
        this.reusable = body.length <= maxLength && !this.buffer.hasBufferedData()
                && !(head.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                        && head.containsHeader(HttpHeaders.CONTENT_LENGTH))
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(null, head, null);
        Header keepAliveHeader = head.getFirstHeader(HttpHeaders.KEEP_ALIVE);
        this.keepAlive = (keepAliveHeader != null) ? keepAliveHeader.getValue() : null;
        return new Reply(head.getCode(), head.getHeaders(), body);
    }

    /**
     * Checks whether another exchange may follow the last one.
     */
    boolean isReusable() {
        return this.reusable && this.transport.getChannel() != null;
    }

    /**
     * Returns the peer's {@code Keep-Alive} header.
     */
    @Nullable String keepAlive() {
        return this.keepAlive;
    }

    /**
     * Closes the TCP connection without closing TLS first, which can take as long as the
     * peer likes. Lengths or chunks delimit every reply that counts.
     */
    void close() {
        Guard.close(this.transport);
    }

    /**
     * Reads the reply of a proxy to {@code CONNECT}.
     * @return the status
     */
    int receiveStatus() throws IOException, HttpException {
        this.in.begin(MAX_HEAD);
        return receiveHead().getCode();
    }

    /**
     * Checks whether more was read than the last reply.
     */
    boolean hasMore() {
        return this.buffer.hasBufferedData();
    }

    private ClassicHttpResponse receiveHead() throws IOException, HttpException {
        for (int i = 0; i < MAX_INTERIM_REPLIES; i++) {
            ClassicHttpResponse head = this.parser.parse(this.buffer, this.in);
            if (head.getVersion().greaterEquals(HttpVersion.HTTP_2)) {
                throw new UnsupportedHttpVersionException(head.getVersion());
            }
            int status = head.getCode();
            if (status >= 200 && status <= 999) {
                return head;
            }
            if (status < 100 || status > 999 || status == SWITCHING_PROTOCOLS) {
                break;
            }
        }
        throw new MessageConstraintException("There is no final reply");
    }

    private byte[] receiveBody(long length, int maxLength) throws IOException {
        if (length >= 0) {
            byte[] body = new byte[(int) Math.min(length, maxLength + 1L)];
            new ContentLengthInputStream(this.buffer, this.in, length).readNBytes(body, 0, body.length);
            return body;
        }
        InputStream body;
        if (length == ContentLengthStrategy.CHUNKED) {
            body = new ChunkedInputStream(this.buffer, this.in, CONFIG);
        }
        else {
            this.in.endWithConnection();
            body = new IdentityInputStream(this.buffer, this.in);
        }
        return body.readNBytes(maxLength + 1);
    }

    private static boolean hasBody(ClassicHttpResponse head) {
        return head.getCode() != NO_CONTENT && head.getCode() != NOT_MODIFIED;
    }

}
