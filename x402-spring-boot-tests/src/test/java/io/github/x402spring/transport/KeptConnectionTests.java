package io.github.x402spring.transport;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.Eventually;
import io.github.x402spring.transport.ScriptedServer.Exchange;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
@Timeout(60)
class KeptConnectionTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedServer server = ScriptedServer.start();

    private final HttpTransport transport = new HttpTransport(Peer.FACILITATOR, 4, LONG);

    @AfterEach
    void close() {
        this.server.close();
        this.transport.close();
    }

    @Test
    void exchangeWhenTheLastOneLeftAConnectionThenUsesItAgain() throws Exception {
        this.server.play((exchange) -> {
            exchange.readRequest().reply("1").readRequest().reply("2").awaitRelease();
        });
        assertThat(exchange()).isEqualTo("1");
        assertThat(exchange()).isEqualTo("2");
        assertThat(this.server.accepted()).isOne();
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 1, 0, 4));
    }

    static Stream<Named<Script>> endings() {
        return Stream.of(Named.of("closes", Exchange::close),
                Named.of("says that it waited too long and closes",
                        (exchange) -> exchange
                            .write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                            .close()),
                Named.of("replies to a request that was never sent", (exchange) -> exchange.reply("stale").close()));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void exchangeWhenThePeerEndedTheConnectionWhileIdleThenAFreshOneIsUsed(Script ending) throws Exception {
        CountDownLatch replied = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        this.server.play((exchange) -> {
            exchange.readRequest().reply("1");
            replied.await();
            ending.play(exchange);
            ended.countDown();
        }, (exchange) -> exchange.readRequest().reply("2"));
        assertThat(exchange()).isEqualTo("1");
        assertThat(this.transport.connections().idle()).isOne();
        replied.countDown();
        ended.await();
        assertThat(exchange()).isEqualTo("2");
        assertThat(this.server.requests()).hasSize(2);
        assertThat(this.server.accepted()).isEqualTo(2);
    }

    @Test
    void takeWhenThePeerResetTheConnectionThenNone() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        this.server.play((exchange) -> {
            opened.await();
            exchange.reset();
        });
        Connection connection = open();
        assertThat(connection.isQuiet()).isTrue();
        opened.countDown();
        Eventually.await("the connection is over", () -> !connection.isQuiet());
        assertThat(taken(connection)).isNull();
    }

    @Test
    void takeWhenThePeerClosedItsSideThenNone() throws Exception {
        this.server.play((exchange) -> exchange.halfClose().awaitRelease());
        Connection connection = open();
        Eventually.await("the connection is over", () -> !connection.isQuiet());
        assertThat(taken(connection)).isNull();
    }

    @Test
    void takeWhenTheTimeOfTheConnectionIsOverThenNone() throws Exception {
        this.server.play(Exchange::awaitRelease);
        ConnectionPool pool = new ConnectionPool(1);
        Route route = Route.of(this.server.url());
        Connection connection = open();
        connection.expiry(100);
        pool.keep(route, connection);
        assertThat(pool.take(route, 100)).isNull();
        assertThat(connection.transport().isClosed()).isTrue();
        assertThat(pool.state()).isEqualTo(new PoolState(0, 0, 0, 1));
    }

    @Test
    void exchangeWhenThePeerResetsAtReuseThenOutcomeIsUnknownAndNothingIsSentAgain() throws Exception {
        this.server.play((exchange) -> exchange.readRequest().reply("1").read(1).reset(),
                (exchange) -> exchange.readRequest().reply("never"));
        assertThat(exchange()).isEqualTo("1");
        assertThatExceptionOfType(NoReplyException.class).isThrownBy(this::exchange);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void exchangeWhenEveryKeptConnectionIsClosedThenAFreshOneIsUsed() throws Exception {
        CountDownLatch together = new CountDownLatch(3);
        CountDownLatch replied = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(3);
        Script script = (exchange) -> {
            exchange.readRequest();
            together.countDown();
            together.await();
            exchange.reply("1");
            replied.await();
            exchange.close();
            ended.countDown();
        };
        this.server.play(script, script, script, (exchange) -> exchange.readRequest().reply("2"));
        List<Thread> callers = Stream.generate(() -> Thread.ofPlatform().start(() -> {
            try {
                exchange();
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
        })).limit(3).toList();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(this.transport.connections().idle()).isEqualTo(3);
        replied.countDown();
        ended.await();
        assertThat(exchange()).isEqualTo("2");
        assertThat(this.server.accepted()).isEqualTo(4);
        assertThat(this.transport.connections().idle()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Connection: close", "Connection: Keep-Alive, Close", "Keep-Alive: timeout=1",
            "keep-alive: max=5, timeout=0", "Transfer-Encoding: chunked" })
    void exchangeWhenTheReplyEndsTheConnectionThenItIsNotKept(String header) throws Exception {
        String body = header.startsWith("Transfer") ? "2\r\n{}\r\n0\r\n\r\n" : "{}";
        this.server.play((exchange) -> exchange.readRequest()
            .write("HTTP/1.1 200 OK\r\n" + header + "\r\nContent-Length: 2\r\n\r\n" + body)
            .awaitRelease());
        assertThat(exchange()).isEqualTo("{}");
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, 0, 0, 4));
    }

    @Test
    void exchangeWhenTheTimeThatThePeerKeepsTheConnectionIsOverThenItIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Set<Thread> ofOthers = watchers();
        this.server.play((exchange) -> {
            exchange.readRequest().write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\n{}");
            if (exchange.socket().getInputStream().read() < 0) {
                closed.countDown();
            }
        });
        exchange();
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        Eventually.await("nothing is left of it",
                () -> this.transport.connections().idle() == 0 && ofOthers.containsAll(watchers()));
    }

    @Test
    void exchangeWhenCalledFromBothKindsOfThreadsThenTheyShareAConnection() throws Exception {
        this.server.play((exchange) -> {
            exchange.readRequest().reply("1").readRequest().reply("2").readRequest().reply("3").awaitRelease();
        });
        assertThat(exchange()).isEqualTo("1");
        Thread.ofVirtual().start(() -> {
            try {
                assertThat(exchange()).isEqualTo("2");
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
        }).join();
        assertThat(exchange()).isEqualTo("3");
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void exchangeWhenTheRouteIsAnotherThenItsConnectionIsNotUsed() throws Exception {
        try (ScriptedServer other = ScriptedServer.start()) {
            this.server.play((exchange) -> exchange.readRequest().reply("1").awaitRelease());
            other.play((exchange) -> exchange.readRequest().reply("2").awaitRelease());
            assertThat(exchange()).isEqualTo("1");
            assertThat(exchange(other.url())).isEqualTo("2");
            assertThat(this.transport.connections().idle()).isEqualTo(2);
        }
    }

    private static Set<Thread> watchers() {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .filter((thread) -> thread.getName().equals("x402-transport-facilitator"))
            .collect(Collectors.toSet());
    }

    private Connection open() throws Exception {
        Guard guard = new Guard(Deadlines.NEVER);
        return new Connector(null).open(Route.of(this.server.url()), guard, LONG.toNanos());
    }

    private Connection taken(Connection connection) throws Exception {
        ConnectionPool pool = new ConnectionPool(1);
        Route route = Route.of(this.server.url());
        connection.expiry(Deadlines.NEVER);
        pool.keep(route, connection);
        return pool.take(route, 0);
    }

    private String exchange() throws Exception {
        return exchange(this.server.url());
    }

    private String exchange(URI url) throws Exception {
        OutgoingRequest request = OutgoingRequest.post(url, "{}".getBytes());
        return new String(this.transport.exchange(request, LONG, 1000).body());
    }

}
