package io.github.x402spring.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Facilitator over HTTP that accepts every payment as fast as possible: one thread a connection, and only path and length are parsed.
 */
public final class YesServer {

    private static final byte[] VERIFIED = answer("{\"isValid\":true}");

    private static final byte[] SETTLED = answer(
            "{\"success\":true,\"transaction\":\"0x" + "ab".repeat(32) + "\",\"network\":\"eip155:84532\"}");

    private static final byte[] SUPPORTED = answer(
            "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:84532\"}]}");

    private YesServer() {
    }

    /**
     * Serves until it is stopped.
     * @param args the port
     * @throws IOException if the port is taken
     */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 256, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
            OutputStream out = socket.getOutputStream();
            while (true) {
                String request = line(in);
                int length = 0;
                for (String header = line(in); !header.isEmpty(); header = line(in)) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(header.substring(15).strip());
                    }
                }
                in.skipNBytes(length);
                out.write(request.contains("/verify ") ? VERIFIED : request.contains("/settle ") ? SETTLED : SUPPORTED);
            }
        }
        catch (IOException ex) {
            // The client is gone.
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(128);
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException();
            }
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    private static byte[] answer(String body) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
    }

}
