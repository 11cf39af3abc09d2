package io.github.x402spring.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.transport.ScriptedServer.Exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
@Timeout(60)
class ProxyTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private final ScriptedServer proxy = ScriptedServer.start();

    private final ProxySelector before = ProxySelector.getDefault();

    private final List<URI> selected = new CopyOnWriteArrayList<>();

    private volatile Proxy.Type type = Proxy.Type.HTTP;

    private HttpTransport transport = new HttpTransport(Peer.FACILITATOR, 2, LONG);

    @BeforeEach
    void select() {
        ProxySelector.setDefault(new ProxySelector() {

            @Override
            public List<Proxy> select(URI uri) {
                ProxyTests.this.selected.add(uri);
                SocketAddress address = InetSocketAddress.createUnresolved("localhost",
                        ProxyTests.this.proxy.url().getPort());
                return List.of(new Proxy(ProxyTests.this.type, address));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            }

        });
    }

    @AfterEach
    void close() {
        ProxySelector.setDefault(this.before);
        this.transport.close();
        this.proxy.close();
    }

    @Test
    void exchangeWhenPlainThenTheProxyForwardsTheWholeAddress() throws Exception {
        this.proxy.play((exchange) -> exchange.readRequest().reply("1").readRequest().reply("2").awaitRelease());
        URI address = URI.create("http://user:secret@shop.invalid/verify?a=b");
        assertThat(exchange(address, LONG)).isEqualTo("1");
        assertThat(exchange(address, LONG)).isEqualTo("2");
        assertThat(this.proxy.requests()).hasSize(2)
            .allSatisfy((request) -> assertThat(request)
                .startsWith("POST http://shop.invalid/verify?a=b HTTP/1.1\r\nHost: shop.invalid\r\n")
                .doesNotContain("secret"));
        assertThat(this.selected).containsExactly(URI.create("http://shop.invalid/"));
        assertThat(this.proxy.accepted()).isOne();
    }

    @Test
    void exchangeWhenSecureThenGoesThroughATunnel() throws Exception {
        TestCertificates certificates = TestCertificates.of(folder, "dns:shop.invalid");
        SSLContext own = certificates.server();
        this.transport = new HttpTransport(Peer.FACILITATOR, 2, LONG, certificates.client());
        this.proxy.play((exchange) -> {
            exchange.requests().add(exchange.readHead());
            exchange.write("HTTP/1.1 200 Connected\r\n\r\n");
            Socket secured = own.getSocketFactory().createSocket(exchange.transport(), null, true);
            new Exchange(exchange.transport(), secured, exchange.requests(), exchange.released()).readRequest()
                .reply("1")
                .awaitRelease();
        });
        assertThat(exchange(URI.create("https://shop.invalid/verify"), LONG)).isEqualTo("1");
        assertThat(this.proxy.requests().get(0))
            .isEqualTo("CONNECT shop.invalid:443 HTTP/1.1\r\nHost: shop.invalid:443\r\n\r\n");
        assertThat(this.proxy.requests().get(1)).startsWith("POST /verify HTTP/1.1\r\nHost: shop.invalid\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = { 302, 403, 407, 502 })
    void exchangeWhenTheProxyRefusesTheTunnelThenNotSent(int status) {
        this.proxy.play((exchange) -> {
            exchange.readHead();
            exchange.write("HTTP/1.1 " + status + " No\r\nContent-Length: 6\r\n\r\nsecret").awaitRelease();
        });
        assertNotSent("the proxy refused with status " + status, LONG);
    }

    @Test
    void exchangeWhenTheProxySaysMoreThanItWasAskedThenNotSent() {
        this.proxy.play((exchange) -> {
            exchange.readHead();
            exchange.write("HTTP/1.1 200 Connected\r\n\r\n\26\3\3").awaitRelease();
        });
        assertThatExceptionOfType(NotSentException.class)
            .isThrownBy(() -> exchange(URI.create("https://shop.invalid/"), LONG));
    }

    @Test
    void exchangeWhenTheProxyClosesThenNotSent() {
        this.proxy.play((exchange) -> {
            exchange.readHead();
            exchange.close();
        });
        assertThatExceptionOfType(NotSentException.class)
            .isThrownBy(() -> exchange(URI.create("https://shop.invalid/"), LONG));
    }

    @Test
    void exchangeWhenTheProxyTricklesThenNotSent() {
        this.proxy.play((exchange) -> {
            exchange.readHead();
            exchange.write("HTTP/1.1 200 ").trickle("x");
        });
        assertNotSent("no connection in time", SHORT);
    }

    @Test
    void exchangeWhenTheProxyIsDownThenNotSent() {
        this.proxy.refuse();
        assertThatExceptionOfType(NotSentException.class)
            .isThrownBy(() -> exchange(URI.create("http://shop.invalid/"), LONG));
    }

    @Test
    void exchangeWhenTheProxySpeaksSocksThenItLooksTheHostUpAndTheConnectionIsNotKept() throws Exception {
        this.type = Proxy.Type.SOCKS;
        this.proxy.play((exchange) -> {
            InputStream in = exchange.socket().getInputStream();
            in.readNBytes(2 + 2);
            exchange.write("\5\0");
            byte[] start = in.readNBytes(5);
            exchange.requests().add(new String(in.readNBytes(start[4])));
            in.readNBytes(2);
            exchange.write("\5\0\0\1\0\0\0\0\0\0");
            exchange.readRequest().reply("1").awaitRelease();
        });
        assertThat(exchange(URI.create("http://shop.invalid/verify"), LONG)).isEqualTo("1");
        assertThat(this.proxy.requests().get(0)).isEqualTo("shop.invalid");
        assertThat(this.proxy.requests().get(1)).startsWith("POST /verify HTTP/1.1\r\n");
        assertThat(this.transport.connections().idle()).isZero();
    }

    private void assertNotSent(String reason, Duration timeout) {
        assertThatExceptionOfType(NotSentException.class)
            .isThrownBy(() -> exchange(URI.create("https://shop.invalid/"), timeout))
            .withMessage(reason)
            .withNoCause();
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 0, 0, 2));
    }

    private String exchange(URI address, Duration timeout) throws Exception {
        OutgoingRequest request = OutgoingRequest.post(address, "{}".getBytes());
        return new String(this.transport.exchange(request, timeout, 100).body());
    }

}
