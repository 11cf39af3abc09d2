package io.github.x402spring.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends requests over a bare socket, to the letter, one to a connection.
 */
public final class RawHttp {

    private static final int SAFETY_NET_MILLIS = 60_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final int port;

    RawHttp(int port) {
        this.port = port;
    }

    public Answer get(String target, String... headers) {
        return send("GET", target, null, headers);
    }

    /**
     * Sends a request. Each header is a whole line; a body is sent with its length.
     */
    public Answer send(String method, String target, @Nullable String body, String... headers) {
        byte[] bytes = (body != null) ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
        StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        boolean host = false;
        for (String header : headers) {
            host |= header.toLowerCase(Locale.ROOT).startsWith("host:");
            head.append(header).append("\r\n");
        }
        if (!host) {
            head.append("Host: localhost:").append(this.port).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(bytes);
        return send(request.toByteArray(), "HEAD".equals(method));
    }

    /**
     * Begins a request and sends so much of its body.
     */
    Socket begin(String method, String target, int length, int sent, String... headers) {
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n" + "x".repeat(sent);
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return socket;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private Answer send(byte[] request, boolean headOnly) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
            socket.setSoTimeout(SAFETY_NET_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return Answer.parse(readAll(socket.getInputStream()), headOnly);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        try {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                all.write(chunk, 0, read);
            }
        }
        catch (SocketException ex) {
            if (all.size() == 0) {
                throw ex;
            }
        }
        return all.toByteArray();
    }

    /**
     * Is an answer as it came.
     */
    public record Answer(int status, List<Map.Entry<String, String>> headers, byte[] body) {

        static Answer parse(byte[] bytes, boolean headOnly) throws IOException {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("The server closed the connection without an answer");
            }
            String[] lines = text.substring(0, end).split("\r\n");
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.add(Map.entry(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
            }
            String rest = headOnly ? "" : text.substring(end + 4);
            boolean chunked = headers.stream()
                .anyMatch((header) -> header.getKey().equalsIgnoreCase("Transfer-Encoding")
                        && header.getValue().equalsIgnoreCase("chunked"));
            byte[] body = (chunked ? unchunk(rest) : rest).getBytes(StandardCharsets.ISO_8859_1);
            return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, body);
        }

        private static String unchunk(String text) {
            StringBuilder body = new StringBuilder();
            int at = 0;
            while (at < text.length()) {
                int line = text.indexOf("\r\n", at);
                int length = Integer.parseInt(text.substring(at, line), 16);
                if (length == 0) {
                    break;
                }
                body.append(text, line + 2, line + 2 + length);
                at = line + 2 + length + 2;
            }
            return body.toString();
        }

        public @Nullable String header(String name) {
            List<String> values = all(name);
            return values.isEmpty() ? null : values.get(0);
        }

        public List<String> all(String name) {
            return this.headers.stream()
                .filter((header) -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
        }

        public String text() {
            return new String(this.body, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(this.body);
        }

        public String reason() {
            return json().at("/context/reason").asString();
        }

        /** Everything that came back. */
        public String everything() {
            return this.headers + "\n" + text();
        }

    }

}
