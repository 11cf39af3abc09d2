package io.github.x402spring.webmvc.hold;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.Eventually;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the parameters of a request with those that Tomcat and Jetty find in the same
 * bytes.
 */
@Tag("locale")
class ContainerParametersTests {

    private static final int REQUESTS = 10_000;

    private static final String REJECTED = "rejected";

    /** What a request line may have. */
    private static final String[] PIECES = { "a", "b", "pages", "=", "=", "&", "&", "+", "%", "%61", "%3D", "%26",
            "%2B", "%25", "%20", "%00", "%C3%BC", "%c3%bc", "%C3", "%FC", "%E2%82%AC", "%F0%9F%98%80", "%ED%A0%80",
            "%C0%AF", "%EF%BF%BE", "%zz", "%4", "%u0041", "%+1", "%-1", ";", ",", "/", "?", ":", "@", "!", "$", "'",
            "(", ")", "*", "~", "-", ".", "_", "1", "1000", "%5B%5D", "a=1&a=2", "a=&a", "x=1;a=2" };

    private static final String[] MORE_PIECES = { "[]", "\u00fc", "\u20ac", "\u0000", "\r\n", " ", "\t", "\"", "<", "{",
            "|", "\\", "^", "`", "#", "\u007f", "\ufeff", "\u0661", "\ud83d\ude00" };

    private static final List<WebServer> servers = new ArrayList<>();

    private static final List<Connection> connections = new ArrayList<>();

    @BeforeAll
    static void start() {
        for (ServletWebServerFactory factory : List.of(new TomcatServletWebServerFactory(0),
                new JettyServletWebServerFactory(0))) {
            WebServer server = factory.getWebServer((context) -> {
                var registration = context.addServlet("echo", new Echo());
                registration.addMapping("/");
            });
            server.start();
            servers.add(server);
            connections.add(new Connection(server.getPort()));
        }
    }

    @AfterAll
    static void stop() {
        connections.forEach(Connection::close);
        servers.forEach(WebServer::stop);
    }

    @Test
    void parametersWhenGeneratedThenThoseOfEveryContainerOrRejected() throws IOException {
        Random random = new Random(402);
        int accepted = 0;
        int repeated = 0;
        for (int i = 0; i < REQUESTS; i++) {
            boolean latin = random.nextInt(5) == 0;
            String query = random.nextInt(3) == 0 ? null : text(random, PIECES);
            String form = random.nextInt(4) == 0 ? "" : text(random, random.nextBoolean() ? PIECES : both());
            byte[] body = form
                .getBytes((latin || random.nextInt(10) == 0) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            String ours = ours(query, body, latin ? "ISO-8859-1" : "UTF-8");
            if (!ours.equals(REJECTED)) {
                accepted++;
                repeated += ours.contains(",") ? 1 : 0;
                assertSame(ours, query, body, latin ? "ISO-8859-1" : "UTF-8");
            }
        }
        assertThat(accepted).isBetween(REQUESTS / 20, REQUESTS - REQUESTS / 20);
        assertThat(repeated).isGreaterThan(REQUESTS / 100);
    }

    @Test
    void parametersWhenAClientEncodesThemThenNeverRejected() throws IOException {
        Random random = new Random(204);
        for (int i = 0; i < REQUESTS / 10; i++) {
            String query = encoded(random);
            byte[] body = encoded(random).getBytes(StandardCharsets.US_ASCII);
            String ours = ours(query, body, "UTF-8");
            assertThat(ours).as(query).isNotEqualTo(REJECTED);
            assertSame(ours, query, body, "UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "a=", "a=1", "a=1&a=2", "a=1&b=2&a=3", "a=b=c", "a+b=c+d", "%61=%31", "a=1&", "a;b=c",
            "a%5B0%5D=1&a%5B1%5D=2", "a=%E2%82%AC", "_a=on", "!a=x" })
    void parametersWhenPlainThenAccepted(String form) throws IOException {
        byte[] body = form.getBytes(StandardCharsets.US_ASCII);
        String ours = ours(form, body, "UTF-8");
        assertThat(ours).isNotEqualTo(REJECTED);
        assertSame(ours, form, body, "UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "a&&b", "&a=1", "=1", "a=1&=2", "a=%", "a=%4", "a=%zz", "%C3=1", "a=%C0%AF", "a=%ED%A0%80" })
    void parametersWhenContainersDifferThenRejected(String form) {
        assertThat(ours(null, form.getBytes(StandardCharsets.US_ASCII), "UTF-8")).isEqualTo(REJECTED);
    }

    @Test
    void parametersWhenThereAreTooManyThenRejected() throws IOException {
        byte[] most = "a=1&".repeat(EncodedParameters.MAX_PARAMETERS - 1).getBytes(StandardCharsets.US_ASCII);
        assertSame(ours("a=0", most, "UTF-8"), "a=0", most, "UTF-8");
        assertThat(ours("a=0&a=0", most, "UTF-8")).isEqualTo(REJECTED);
    }

    private static void assertSame(String ours, @Nullable String query, byte[] body, String charset)
            throws IOException {
        for (Connection connection : connections) {
            assertThat(connection.echo(query, body, charset))
                .as("%s | %s | %s", query, new String(body, StandardCharsets.ISO_8859_1), charset)
                .isEqualTo(ours);
        }
    }

    private static String ours(@Nullable String query, byte[] body, String charset) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
        request.setQueryString(query);
        request.setContentType("application/x-www-form-urlencoded;charset=" + charset);
        request.setContent(body);
        try {
            return print(new BindableRequest(request, Integer.MAX_VALUE - 1, new HeldMemory(Long.MAX_VALUE))
                .getParameterMap());
        }
        catch (UnreadableParametersException ex) {
            return REJECTED;
        }
    }

    private static String print(Map<String, String[]> parameters) {
        StringBuilder text = new StringBuilder();
        parameters.forEach((name, values) -> {
            text.append(hex(name)).append('=');
            for (int i = 0; i < values.length; i++) {
                text.append((i > 0) ? "," : "").append(hex(values[i]));
            }
            text.append('&');
        });
        return text.toString();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
    }

    private static String[] both() {
        String[] both = new String[PIECES.length + MORE_PIECES.length];
        System.arraycopy(PIECES, 0, both, 0, PIECES.length);
        System.arraycopy(MORE_PIECES, 0, both, PIECES.length, MORE_PIECES.length);
        return both;
    }

    /** Harmless pieces are more likely, so that half of the texts are accepted. */
    private static String text(Random random, String[] pieces) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        boolean harmless = random.nextInt(3) > 0;
        for (int i = 0; i < length; i++) {
            text.append((harmless && random.nextInt(12) > 0) ? "a=1&b=c+d&pages=%31&".split("(?<=&)")[random.nextInt(3)]
                    : pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static String encoded(Random random) {
        List<String> parameters = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            parameters.add(encode(random, 1) + "=" + encode(random, 0));
        }
        return String.join("&", parameters);
    }

    private static String encode(Random random, int shortest) {
        StringBuilder text = new StringBuilder();
        for (int i = shortest + random.nextInt(4); i > 0; i--) {
            int point = random.nextInt((random.nextInt(4) == 0) ? Character.MAX_CODE_POINT : 0x250);
            text.appendCodePoint((point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) ? 'x' : point);
        }
        return URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
    }

    /**
     * Prints parameters as its container finds them.
     */
    private static final class Echo extends HttpServlet {

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String parameters;
            try {
                parameters = print(request.getParameterMap());
            }
            catch (RuntimeException ex) {
                parameters = REJECTED;
            }
            byte[] body = parameters.getBytes(StandardCharsets.US_ASCII);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }

    }

    /**
     * Connection that stays open for as long as the server lets it.
     */
    private static final class Connection {

        private final int port;

        private @Nullable Socket socket;

        private @Nullable DataInputStream in;

        Connection(int port) {
            this.port = port;
        }

        String echo(@Nullable String query, byte[] body, String charset) throws IOException {
            String target = (query != null) ? "/?" + query : "/";
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                    + "application/x-www-form-urlencoded;charset=" + charset + "\r\nContent-Length: " + body.length
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
            request.writeBytes(body);
            DataInputStream in = open();
            this.socket.getOutputStream().write(request.toByteArray());
            this.socket.getOutputStream().flush();
            String status = line(in);
            int length = 0;
            boolean last = false;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
                last |= line.equalsIgnoreCase("Connection: close");
            }
            byte[] content = in.readNBytes(length);
            if (last) {
                close();
            }
            assertThat(status).contains(" 200");
            return new String(content, StandardCharsets.US_ASCII);
        }

        private DataInputStream open() throws IOException {
            DataInputStream in = this.in;
            if (in == null) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port);
                socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
                socket.setTcpNoDelay(true);
                in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                this.socket = socket;
                this.in = in;
            }
            return in;
        }

        private static String line(DataInputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("The server closed the connection after: " + line);
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                if (this.socket != null) {
                    this.socket.close();
                }
            }
            catch (IOException ex) {
                throw new IllegalStateException(ex);
            }
            this.socket = null;
            this.in = null;
        }

    }

}
