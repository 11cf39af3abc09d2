package io.github.x402spring.webmvc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.x402spring.Eventually;

/**
 * Sends bytes and keeps the bytes that come back, so that nothing a server lets slip is
 * tidied away.
 */
final class RawHttpClient {

    private final int port;

    RawHttpClient(int port) {
        this.port = port;
    }

    RawResponse send(RawRequest request) throws IOException {
        try (Call call = open(request)) {
            return call.response();
        }
    }

    Call open(RawRequest request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
        socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
        socket.getOutputStream().write(request.bytes());
        socket.getOutputStream().flush();
        return new Call(socket);
    }

    /**
     * Is a request that was sent and whose answer is still to be read.
     */
    static final class Call implements AutoCloseable {

        private final Socket socket;

        private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

        private Call(Socket socket) {
            this.socket = socket;
        }

        /** Reads until the given text has arrived. */
        void await(String text) throws IOException {
            InputStream stream = this.socket.getInputStream();
            while (!this.seen.toString(StandardCharsets.ISO_8859_1).contains(text)) {
                int value = stream.read();
                if (value < 0) {
                    throw new IOException("The answer ended before the text came");
                }
                this.seen.write(value);
            }
        }

        /** Counts what has arrived and was not read. */
        int available() throws IOException {
            return this.socket.getInputStream().available();
        }

        RawResponse response() throws IOException {
            this.socket.getInputStream().transferTo(this.seen);
            return RawResponse.parse(this.seen.toByteArray());
        }

        void disconnect() throws IOException {
            this.socket.setSoLinger(true, 0);
            this.socket.close();
        }

        @Override
        public void close() throws IOException {
            this.socket.close();
        }

    }

    /**
     * Is a request on a connection of its own.
     */
    record RawRequest(String method, String target, List<String> headers, byte[] body) {

        static RawRequest get(String target) {
            return new RawRequest("GET", target, List.of(), new byte[0]);
        }

        RawRequest method(String method) {
            return new RawRequest(method, this.target, this.headers, this.body);
        }

        RawRequest target(String target) {
            return new RawRequest(this.method, target, this.headers, this.body);
        }

        RawRequest header(String name, String value) {
            List<String> headers = new ArrayList<>(this.headers);
            headers.add(name + ": " + value);
            return new RawRequest(this.method, this.target, headers, this.body);
        }

        RawRequest without(String... beginnings) {
            List<String> headers = new ArrayList<>(this.headers);
            for (String beginning : beginnings) {
                headers.removeIf((header) -> header.regionMatches(true, 0, beginning, 0, beginning.length()));
            }
            return new RawRequest(this.method, this.target, headers, this.body);
        }

        RawRequest body(String contentType, byte[] body) {
            return new RawRequest("POST", this.target, this.headers, body).header("Content-Type", contentType);
        }

        private byte[] bytes() {
            StringBuilder head = new StringBuilder();
            head.append(this.method).append(' ').append(this.target).append(" HTTP/1.1\r\n");
            head.append("Host: localhost\r\nAccept: */*\r\n");
            if (this.headers.stream().noneMatch((header) -> header.startsWith("Connection:"))) {
                head.append("Connection: close\r\n");
            }
            this.headers.forEach((header) -> head.append(header).append("\r\n"));
            if (this.body.length > 0) {
                head.append("Content-Length: ").append(this.body.length).append("\r\n");
            }
            head.append("\r\n");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            bytes.writeBytes(this.body);
            return bytes.toByteArray();
        }

    }

    /**
     * Is an answer, as bytes and as understood.
     *
     * @param raw every byte that came
     * @param status the status
     * @param headers all header lines by name, whatever its case
     * @param body the body without its transfer coding
     * @param complete whether the body came to the end that was announced
     */
    record RawResponse(byte[] raw, int status, Map<String, List<String>> headers, byte[] body, boolean complete) {

        private static RawResponse parse(byte[] raw) throws IOException {
            String text = new String(raw, StandardCharsets.ISO_8859_1);
            int headEnd = text.indexOf("\r\n\r\n");
            if (headEnd < 0) {
                throw new IOException("Not an answer: " + text);
            }
            String[] lines = text.substring(0, headEnd).split("\r\n");
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
                int colon = line.indexOf(':');
                headers.computeIfAbsent(line.substring(0, colon), (name) -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
            }
            int status = Integer.parseInt(lines[0].split(" ")[1]);
            byte[] rest = Arrays.copyOfRange(raw, headEnd + 4, raw.length);
            if (headers.getOrDefault("Transfer-Encoding", List.of()).contains("chunked")) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                boolean complete = unchunk(rest, body);
                return new RawResponse(raw, status, headers, body.toByteArray(), complete);
            }
            List<String> length = headers.getOrDefault("Content-Length", List.of());
            boolean complete = length.isEmpty() || Integer.parseInt(length.get(0)) == rest.length;
            return new RawResponse(raw, status, headers, rest, complete);
        }

        private static boolean unchunk(byte[] rest, ByteArrayOutputStream body) {
            String text = new String(rest, StandardCharsets.ISO_8859_1);
            int position = 0;
            while (true) {
                int lineEnd = text.indexOf("\r\n", position);
                if (lineEnd < 0) {
                    return false;
                }
                int size = Integer.parseInt(text.substring(position, lineEnd), 16);
                position = lineEnd + 2;
                if (size == 0) {
                    return text.substring(position).equals("\r\n");
                }
                if (position + size > rest.length) {
                    return false;
                }
                body.write(rest, position, size);
                position += size + 2;
            }
        }

        List<String> all(String name) {
            return this.headers.getOrDefault(name, List.of());
        }

        String first(String name) {
            List<String> values = all(name);
            return values.isEmpty() ? "" : values.get(0);
        }

        String text() {
            return new String(this.body, StandardCharsets.UTF_8);
        }

        String rawText() {
            return new String(this.raw, StandardCharsets.ISO_8859_1);
        }

        boolean leaks(String canary) {
            return rawText().toUpperCase(Locale.ROOT).contains(canary);
        }

    }

}
