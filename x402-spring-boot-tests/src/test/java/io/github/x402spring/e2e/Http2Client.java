package io.github.x402spring.e2e;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Client of HTTP/2 over plain TCP that opens its window as far as a test says, and resets
 * the stream when it likes. It reads no header but {@code :status: 200}.
 */
final class Http2Client implements Closeable {

    private static final int SAFETY_NET_MILLIS = 60_000;

    private static final int DATA = 0;

    private static final int HEADERS = 1;

    private static final int RST_STREAM = 3;

    private static final int SETTINGS = 4;

    private static final int END_STREAM = 1;

    private static final int ACK = 1;

    private static final int END_HEADERS = 4;

    private static final int STREAM = 1;

    private static final int CANCEL = 8;

    /** Entries of the static table (RFC 7541, appendix A), whole or the name only. */
    private static final int METHOD_GET = 0x82;

    private static final int SCHEME_HTTP = 0x86;

    private static final int PATH = 0x04;

    private static final int AUTHORITY = 0x01;

    private static final int STATUS_200 = 0x88;

    private final Socket socket;

    private final DataInputStream in;

    private final DataOutputStream out;

    private Http2Client(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        this.socket.setSoTimeout(SAFETY_NET_MILLIS);
        this.in = new DataInputStream(this.socket.getInputStream());
        this.out = new DataOutputStream(this.socket.getOutputStream());
    }

    /**
     * Sends a GET request and reads until the window is used up or the response ends,
     * then resets the stream.
     * @param header a whole line
     * @return what arrived
     */
    static Part get(int port, String target, int window, String header) throws IOException {
        try (Http2Client client = new Http2Client(port)) {
            return client.get(target, port, window, header);
        }
    }

    private Part get(String target, int port, int window, String header) throws IOException {
        this.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        this.out.write(new byte[] { 0, 0, 6, SETTINGS, 0, 0, 0, 0, 0, 0, 4 });
        this.out.writeInt(window);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(METHOD_GET);
        block.write(SCHEME_HTTP);
        block.write(PATH);
        text(block, target);
        block.write(AUTHORITY);
        text(block, "localhost:" + port);
        int colon = header.indexOf(':');
        block.write(0);
        text(block, header.substring(0, colon).toLowerCase(Locale.ROOT));
        text(block, header.substring(colon + 1).strip());
        frame(HEADERS, END_STREAM | END_HEADERS, block.toByteArray());
        this.out.flush();
        boolean ok = false;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = (this.in.readUnsignedShort() << 8) | this.in.readUnsignedByte();
            int type = this.in.readUnsignedByte();
            int flags = this.in.readUnsignedByte();
            int stream = this.in.readInt();
            byte[] payload = this.in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                this.out.write(new byte[] { 0, 0, 0, SETTINGS, ACK, 0, 0, 0, 0 });
                this.out.flush();
            }
            else if (stream == STREAM && type == HEADERS) {
                ok = (payload[statusAt(payload)] & 0xff) == STATUS_200;
            }
            else if (stream == STREAM && type == DATA) {
                body.write(payload);
            }
            boolean over = (type == HEADERS || type == DATA) && stream == STREAM && (flags & END_STREAM) != 0;
            if (over || (stream == STREAM && type == RST_STREAM)) {
                return new Part(ok, body.toString(StandardCharsets.UTF_8), over);
            }
            if (body.size() >= window) {
                frame(RST_STREAM, 0, new byte[] { 0, 0, 0, CANCEL });
                this.out.flush();
                return new Part(ok, body.toString(StandardCharsets.UTF_8), false);
            }
        }
    }

    private void frame(int type, int flags, byte[] payload) throws IOException {
        this.out.writeByte(payload.length >> 16);
        this.out.writeShort(payload.length);
        this.out.writeByte(type);
        this.out.writeByte(flags);
        this.out.writeInt(STREAM);
        this.out.write(payload);
    }

    /** The size of the dynamic table may come first (RFC 7541, section 6.3). */
    private static int statusAt(byte[] block) {
        int at = 0;
        if ((block[at] & 0xe0) == 0x20) {
            boolean more = (block[at++] & 0x1f) == 0x1f;
            while (more) {
                more = (block[at++] & 0x80) != 0;
            }
        }
        return at;
    }

    /** Not compressed (RFC 7541, section 5.2). */
    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 127) {
            block.write(bytes.length);
        }
        else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write((rest & 127) | 128);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        this.socket.close();
    }

    /**
     * What arrived of a response.
     *
     * @param ok whether its status is 200
     * @param body the bytes of its body
     * @param complete whether it ended
     */
    record Part(boolean ok, String body, boolean complete) {
    }

}
