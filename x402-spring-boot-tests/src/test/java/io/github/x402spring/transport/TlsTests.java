package io.github.x402spring.transport;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.transport.ScriptedServer.Exchange;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class TlsTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Script ONE_REPLY = (exchange) -> exchange.readRequest().reply("1").awaitRelease();

    @TempDir
    static Path folder;

    private static TestCertificates ours;

    private static TestCertificates elsewhere;

    private ScriptedServer server;

    private HttpTransport transport;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = TestCertificates.of(folder, "dns:localhost,ip:127.0.0.1");
        elsewhere = TestCertificates.of(folder, "dns:elsewhere.example");
    }

    @AfterEach
    void close() {
        this.server.close();
        this.transport.close();
    }

    @Test
    void exchangeWhenTheCertificateIsForTheHostThenReplied() throws Exception {
        open(ours.server(), ours.client()).play((exchange) -> {
            exchange.readRequest().reply("1").readRequest().reply("2").awaitRelease();
        });
        assertThat(exchange(LONG)).isEqualTo("1");
        assertThat(exchange(LONG)).isEqualTo("2");
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void exchangeWhenTheCertificateIsForTheAddressThenReplied() throws Exception {
        open(ours.server(), ours.client()).play(ONE_REPLY);
        URI address = URI.create("https://127.0.0.1:" + this.server.url().getPort());
        assertThat(this.transport.exchange(OutgoingRequest.get(address), LONG, 100).status()).isEqualTo(200);
    }

    @Test
    void exchangeWhenTheCertificateIsForAnotherNameThenNotSent() throws Exception {
        open(elsewhere.server(), elsewhere.client()).play(ONE_REPLY);
        assertNotSent("TLS failed");
    }

    @Test
    void exchangeWhenTheAuthorityIsNotTrustedThenNotSent() throws Exception {
        open(ours.server(), elsewhere.client()).play(ONE_REPLY);
        assertNotSent("TLS failed");
    }

    @Test
    void exchangeWhenTheDefaultContextDoesNotTrustThenNotSent() throws Exception {
        open(ours.server(), null).play(ONE_REPLY);
        assertNotSent("TLS failed");
    }

    static Stream<Named<Script>> brokenHandshakes() {
        return Stream.of(Named.of("closes", Exchange::close),
                Named.of("closes in the greeting", (exchange) -> exchange.read(10).close()),
                Named.of("resets in the greeting", (exchange) -> exchange.read(10).reset()),
                Named.of("speaks plain HTTP",
                        (exchange) -> exchange.write("HTTP/1.1 400 Bad Request\r\n\r\n").awaitRelease()),
                Named.of("sends an alert", (exchange) -> exchange.write("\25\3\3\0\2\2\50").awaitRelease()));
    }

    @ParameterizedTest
    @MethodSource("brokenHandshakes")
    void exchangeWhenTheHandshakeBreaksThenNotSent(Script script) throws Exception {
        open(null, ours.client()).play(script);
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> exchange(LONG)).withNoCause();
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 0, 0, 2));
    }

    @Test
    void exchangeWhenTheHandshakeTakesTooLongThenNotSent() throws Exception {
        open(null, ours.client()).play((exchange) -> exchange.read(10).awaitRelease());
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> exchange(SHORT))
            .withMessage("no connection in time");
    }

    @Test
    void exchangeWhenTheHandshakeTricklesThenNotSent() throws Exception {
        open(null, ours.client()).play((exchange) -> exchange.read(10).write("\26\3\3\77\377").trickle("\1"));
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> exchange(SHORT))
            .withMessage("no connection in time");
    }

    @Test
    void exchangeWhenThePeerClosedWhileIdleThenAFreshConnectionIsUsed() throws Exception {
        CountDownLatch replied = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        open(ours.server(), ours.client()).play((exchange) -> {
            exchange.readRequest().reply("1");
            replied.await();
            exchange.transport().setSoLinger(true, 30);
            exchange.socket().close();
            ended.countDown();
        }, (exchange) -> exchange.readRequest().reply("2").awaitRelease());
        assertThat(exchange(LONG)).isEqualTo("1");
        replied.countDown();
        ended.await();
        assertThat(exchange(LONG)).isEqualTo("2");
        assertThat(this.server.requests()).hasSize(2);
    }

    @Test
    void exchangeWhenTheReplyDoesNotComeThenOutcomeIsUnknown() throws Exception {
        open(ours.server(), ours.client())
            .play((exchange) -> exchange.readRequest().reply("1").readRequest().awaitRelease());
        exchange(LONG);
        assertThatExceptionOfType(NoReplyException.class).isThrownBy(() -> exchange(Duration.ofSeconds(2)))
            .withMessage("timed out");
    }

    @Test
    void exchangeWhenTheReplyIsCutThenOutcomeIsUnknown() throws Exception {
        open(ours.server(), ours.client())
            .play((exchange) -> exchange.readRequest().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").close());
        assertThatExceptionOfType(NoReplyException.class).isThrownBy(() -> exchange(LONG));
    }

    private ScriptedServer open(@Nullable SSLContext own, @Nullable SSLContext trusted) {
        this.server = ScriptedServer.start(own);
        this.transport = new HttpTransport(Peer.FACILITATOR, 2, LONG, trusted);
        return this.server;
    }

    private void assertNotSent(String reason) {
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> exchange(LONG))
            .withMessage(reason)
            .withNoCause();
        assertThat(this.server.requests()).isEmpty();
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 0, 0, 2));
    }

    private String exchange(Duration timeout) throws Exception {
        URI address = URI.create("https://localhost:" + this.server.url().getPort());
        OutgoingRequest request = OutgoingRequest.post(address, "{}".getBytes());
        return new String(this.transport.exchange(request, timeout, 100).body());
    }

}
