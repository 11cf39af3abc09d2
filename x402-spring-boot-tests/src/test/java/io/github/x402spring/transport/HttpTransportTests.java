package io.github.x402spring.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.Eventually;
import io.github.x402spring.transport.ScriptedServer.Exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

@Tag("locale")
@Timeout(60)
class HttpTransportTests {

    private static final Duration SHORT = Duration.ofMillis(200);

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedServer server = ScriptedServer.start();

    private final HttpTransport transport = new HttpTransport(Peer.FACILITATOR, 1, LONG);

    private final HttpTransport hurried = new HttpTransport(Peer.FACILITATOR, 1, SHORT);

    @AfterEach
    void close() {
        this.server.close();
        this.transport.close();
        this.hurried.close();
    }

    @Test
    void exchangeWhenPostedThenIsOneCompleteRequest() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("{}"));
        URI address = URI.create(this.server.url() + "/a%2Fb/ü?q=%20x#fragment");
        OutgoingRequest request = OutgoingRequest.post(address, "body".getBytes()).header("X-Key", "a b");
        Reply reply = this.transport.exchange(request, LONG, 100);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("content-TYPE")).isEqualTo("application/json");
        assertThat(reply.header("Retry-After")).isNull();
        assertThat(this.server.requests())
            .containsExactly("POST /a%2Fb/%C3%BC?q=%20x HTTP/1.1\r\nHost: localhost:" + this.server.url().getPort()
                    + "\r\nX-Key: a b\r\nUser-Agent: x402-spring-boot\r\nContent-Length: 4\r\n\r\nbody");
    }

    @Test
    void exchangeWhenTheCallerNamesItselfThenItsNameIsSent() throws Exception {
        OutgoingRequest request = OutgoingRequest.get(this.server.url()).header("user-agent", "shop");
        assertThat(new String(request.encode(false))).contains("user-agent: shop\r\n").doesNotContain("User-Agent");
    }

    @Test
    void exchangeWhenThePeerDoesNotReadALongRequestThenEndsInTime() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("{}").awaitRelease());
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        OutgoingRequest request = OutgoingRequest.post(this.server.url(), new byte[16 * 1024 * 1024]);
        assertThatExceptionOfType(NoReplyException.class)
            .isThrownBy(() -> this.transport.exchange(request, Duration.ofSeconds(2), 100))
            .withMessage("timed out");
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void exchangeWhenThereIsNoLimitOfTimeThenReplied() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("{}"));
        try (HttpTransport patient = new HttpTransport(Peer.NODE, 1, Duration.ofSeconds(Long.MAX_VALUE))) {
            Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
            assertThat(patient.exchange(OutgoingRequest.get(this.server.url()), ever, 100).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, -1, Long.MIN_VALUE })
    void exchangeWhenThereIsNoTimeThenNotSent(long seconds) {
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> this.transport
            .exchange(OutgoingRequest.get(this.server.url()), Duration.ofSeconds(seconds), 100));
        assertThat(this.server.requests()).isEmpty();
    }

    @Test
    void exchangeWhenTheAddressHasNoPathAndCredentialsThenTheyStayHere() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("{}"));
        URI address = URI.create("http://user:secret@localhost:" + this.server.url().getPort());
        this.transport.exchange(OutgoingRequest.get(address), LONG, 100);
        assertThat(this.server.requests().get(0)).startsWith("GET / HTTP/1.1\r\nHost: localhost:")
            .doesNotContain("secret", "Content-Length");
    }

    @Test
    void exchangeWhenTheHostIsAnIpv6AddressThenIsInBrackets() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            CompletableFuture<String> head = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listener.accept()) {
                    Exchange exchange = new Exchange(socket, socket, new ArrayList<>(), new CountDownLatch(0));
                    head.complete(exchange.readHead());
                    exchange.reply("{}");
                }
                catch (Exception ex) {
                    head.completeExceptionally(ex);
                }
            });
            URI address = URI.create("http://[::1]:" + listener.getLocalPort() + "/x");
            assertThat(this.transport.exchange(OutgoingRequest.get(address), LONG, 100).status()).isEqualTo(200);
            assertThat(head.get()).contains("Host: [::1]:" + listener.getLocalPort() + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "Host", "content-length", "Transfer-Encoding", "CONNECTION", "Expect", "Upgrade", "TE" })
    void headerWhenItFramesAMessageThenIsLeftToTheTransport(String name) throws Exception {
        OutgoingRequest request = OutgoingRequest.post(this.server.url(), new byte[0]).header(name, "evil");
        assertThat(new String(request.encode(false))).doesNotContain("evil").contains("Content-Length: 0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u007fb", "a\u2028b", "\u0130" })
    void headerWhenItsValueWouldBreakTheHeadThenNothingIsSent(String value) throws Exception {
        OutgoingRequest request = OutgoingRequest.get(this.server.url());
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> request.header("X-Key", value))
            .withMessage("the value of a header cannot be used");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a:", "a\r\n", "ü" })
    void headerWhenItsNameWouldBreakTheHeadThenNothingIsSent(String name) throws Exception {
        OutgoingRequest request = OutgoingRequest.get(this.server.url());
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> request.header(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "ftp://localhost/", "//localhost/", "http:/path", "mailto:a@b", "https://my_host/" })
    void requestWhenTheAddressCannotBeUsedThenNothingIsSent(String address) {
        assertThatExceptionOfType(NotSentException.class).isThrownBy(() -> OutgoingRequest.get(URI.create(address)))
            .withMessageNotContaining(address);
    }

    @ParameterizedTest
    @CsvSource({ "204, Content-Length: 5", "304, Content-Length: 5", "204, X: y" })
    void exchangeWhenTheStatusAllowsNoBodyThenThereIsNone(int status, String header) throws Exception {
        this.server.play((exchange) -> exchange.readRequest()
            .write("HTTP/1.1 " + status + " No\r\n" + header + "\r\n\r\n")
            .awaitRelease());
        Reply reply = this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "99, 99", "100, 100", "101, 101", "5000, 101" })
    void exchangeWhenTheReplyIsLongerThanAllowedThenIsCutToOneByteMore(int length, int read) throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("x".repeat(length)).awaitRelease());
        Reply reply = this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        assertThat(reply.body()).hasSize(read);
        assertThat(this.transport.connections().idle()).isEqualTo((length <= 100) ? 1 : 0);
    }

    @Test
    void exchangeWhenRedirectedThenIsTheReply() throws Exception {
        try (ScriptedServer target = ScriptedServer.start()) {
            this.server.play((exchange) -> exchange.readRequest()
                .write("HTTP/1.1 307 There\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n"));
            assertThat(this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100).status())
                .isEqualTo(307);
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void exchangeWhenTheReplySetsACookieThenItIsNotSentBack() throws Exception {
        this.server.play((exchange) -> exchange.readRequest()
            .write("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
            .readRequest()
            .reply("{}"));
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        assertThat(this.server.requests()).hasSize(2).noneMatch((request) -> request.contains("Cookie"));
    }

    @Test
    void exchangeWhenTheHostIsUnknownThenNotSent() {
        URI address = URI.create("http://" + "a".repeat(70) + ".invalid/");
        assertNotSent(this.transport, address, "unknown host");
    }

    @Test
    void exchangeWhenConnectingTakesTooLongThenNotSent() throws Exception {
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 16; i++) {
                SocketChannel channel = SocketChannel.open();
                queue.add(channel);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()));
            }
            assertNotSent(this.hurried, URI.create("http://127.0.0.1:" + deaf.getLocalPort()), "no connection in time");
        }
        finally {
            for (SocketChannel channel : queue) {
                channel.close();
            }
        }
    }

    @Test
    void exchangeWhenEveryConnectionIsInUseThenNotSent() throws Exception {
        this.server.play((exchange) -> {
            exchange.readRequest().reply("{}").readRequest().awaitRelease();
        });
        connect(this.hurried);
        CompletableFuture<Throwable> first = inBackground(this.hurried, LONG, new AtomicReference<>());
        awaitRequests(2);
        assertThat(this.hurried.connections()).isEqualTo(new PoolState(1, 0, 0, 1));
        assertNotSent(this.hurried, this.server.url(), "every connection is in use");
        assertThat(this.server.requests()).hasSize(2);
        this.server.release();
        assertThat(first.get()).isInstanceOf(NoReplyException.class);
        assertThat(this.hurried.connections()).isEqualTo(new PoolState(0, 0, 0, 1));
    }

    @Test
    void exchangeWhenAConnectionIsGivenBackThenTheNextCallHasIt() throws Exception {
        HttpTransport patient = new HttpTransport(Peer.NODE, 1, LONG);
        CountDownLatch waiting = new CountDownLatch(1);
        this.server.play((exchange) -> {
            exchange.readRequest();
            waiting.await();
            exchange.reply("1").readRequest().reply("2").awaitRelease();
        });
        CompletableFuture<Throwable> first = inBackground(patient, LONG, new AtomicReference<>());
        awaitRequests(1);
        CompletableFuture<Throwable> second = inBackground(patient, LONG, new AtomicReference<>());
        Eventually.await("the call waits for a connection", () -> patient.connections().waiting() > 0);
        waiting.countDown();
        assertThat(first.get()).isNull();
        assertThat(second.get()).isNull();
        assertThat(this.server.accepted()).isOne();
        patient.close();
    }

    @Test
    void exchangeWhenInterruptedWhileItWaitsForAConnectionThenNotSent() throws Exception {
        HttpTransport patient = new HttpTransport(Peer.NODE, 1, LONG);
        this.server.play((exchange) -> exchange.readRequest().awaitRelease());
        inBackground(patient, LONG, new AtomicReference<>());
        awaitRequests(1);
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<Throwable> second = inBackground(patient, LONG, caller);
        Eventually.await("the call waits for a connection", () -> patient.connections().waiting() > 0);
        caller.get().interrupt();
        assertThat(second.get()).isInstanceOf(NotSentException.class).hasMessage("interrupted");
        assertThat(patient.connections()).isEqualTo(new PoolState(1, 0, 0, 1));
    }

    @Test
    void exchangeWhenInterruptedWhileItConnectsThenNotSent() throws Exception {
        List<SocketChannel> queue = new ArrayList<>();
        HttpTransport patient = new HttpTransport(Peer.NODE, 1, LONG);
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 16; i++) {
                SocketChannel channel = SocketChannel.open();
                queue.add(channel);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()));
            }
            AtomicReference<Thread> caller = new AtomicReference<>();
            OutgoingRequest request = OutgoingRequest.get(URI.create("http://127.0.0.1:" + deaf.getLocalPort()));
            CompletableFuture<Throwable> outcome = inBackground(patient, request, LONG, caller);
            Eventually.await("the call connects", () -> patient.connections().leased() > 0);
            caller.get().interrupt();
            assertThat(outcome.get()).isInstanceOf(NotSentException.class).hasMessage("interrupted");
            assertThat(patient.connections()).isEqualTo(new PoolState(0, 0, 0, 1));
        }
        finally {
            for (SocketChannel channel : queue) {
                channel.close();
            }
        }
    }

    @Test
    void exchangeWhenInterruptedBeforeThenNotSentAndTheKeptConnectionIsUnharmed() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("1").readRequest().reply("2").awaitRelease());
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        Thread.currentThread().interrupt();
        Throwable thrown = catchThrowable(
                () -> this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(NotSentException.class);
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        assertThat(this.server.accepted()).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void exchangeWhenInterruptedWhileItReadsThenOutcomeIsUnknown(boolean virtual) throws Exception {
        this.server.play((exchange) -> exchange.readRequest().write("HTTP/1.1 200 OK\r\n").awaitRelease());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            outcome.complete(
                    catchThrowable(() -> this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100)));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        awaitRequests(1);
        caller.interrupt();
        assertThat(outcome.get()).isInstanceOf(NoReplyException.class).hasMessage("interrupted");
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void closeWhenACallIsInFlightThenItGoesOnAndNewOnesAreNotSent() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        this.server.play((exchange) -> {
            exchange.readRequest();
            closed.await();
            exchange.reply("{}").awaitRelease();
        });
        CompletableFuture<Throwable> inFlight = inBackground(LONG);
        awaitRequests(1);
        this.transport.close();
        assertNotSent(this.transport, this.server.url(), "the application is shutting down");
        closed.countDown();
        assertThat(inFlight.get()).isNull();
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 0, 0, 1));
    }

    @Test
    void closeWhenAConnectionIsIdleThenItIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        this.server.play((exchange) -> {
            exchange.readRequest().reply("{}");
            if (exchange.socket().getInputStream().read() < 0) {
                closed.countDown();
            }
        });
        this.transport.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
        this.transport.close();
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(this.transport.connections().idle()).isZero();
    }

    @Test
    void toStringNamesNoBody() {
        assertThat(new Reply(200, new org.apache.hc.core5.http.Header[0], "secret".getBytes()))
            .hasToString("Reply[status=200]");
    }

    private static void assertNotSent(HttpTransport by, URI address, String reason) {
        assertThatExceptionOfType(NotSentException.class)
            .isThrownBy(() -> by.exchange(OutgoingRequest.get(address), LONG, 100))
            .withMessage(reason)
            .withNoCause();
    }

    /** Leaves an idle connection, however long that takes. */
    private void connect(HttpTransport by) throws Exception {
        while (by.connections().idle() == 0) {
            try {
                by.exchange(OutgoingRequest.get(this.server.url()), LONG, 100);
            }
            catch (NotSentException ex) {
                this.server.play((exchange) -> exchange.readRequest().reply("{}").readRequest().awaitRelease());
            }
        }
    }

    private CompletableFuture<Throwable> inBackground(Duration timeout) throws Exception {
        return inBackground(this.transport, timeout, new AtomicReference<>());
    }

    private CompletableFuture<Throwable> inBackground(HttpTransport by, Duration timeout,
            AtomicReference<Thread> caller) throws Exception {
        return inBackground(by, OutgoingRequest.get(this.server.url()), timeout, caller);
    }

    private static CompletableFuture<Throwable> inBackground(HttpTransport by, OutgoingRequest request,
            Duration timeout, AtomicReference<Thread> caller) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        caller.set(Thread.ofPlatform()
            .daemon()
            .start(() -> outcome.complete(catchThrowable(() -> by.exchange(request, timeout, 100)))));
        return outcome;
    }

    private void awaitRequests(int count) {
        Eventually.await("the requests arrive", () -> this.server.requests().size() >= count);
    }

}
