package io.github.x402spring.facilitator.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.FreePorts;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

@Timeout(60)
@Tag("waiting")
class HttpFacilitatorFailureTests {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofMillis(20);

    private static final List<Behaviour> SILENT = List.of(HostileFacilitatorServer.hang(),
            HostileFacilitatorServer.hangAfterHead());

    private final HostileFacilitatorServer server = HostileFacilitatorServer.start();

    @AfterEach
    void close() {
        this.server.close();
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(Operation.values()).flatMap((operation) -> {
            String good = operation.accepting();
            String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
            return Stream.of(
                    named(operation, "HTML", HostileFacilitatorServer.document(200, "text/html", "<html>MARK")),
                    named(operation, "nothing", HostileFacilitatorServer.json("")),
                    named(operation, "no content", HostileFacilitatorServer.raw("HTTP/1.1 204 No\r\n\r\n")),
                    named(operation, "null", HostileFacilitatorServer.json("null")),
                    named(operation, "a list", HostileFacilitatorServer.json("[" + good + "]")),
                    named(operation, "no members", HostileFacilitatorServer.json("{}")),
                    named(operation, "text for a boolean",
                            HostileFacilitatorServer.json(good.replace("true", "\"true\""))),
                    named(operation, "truncated JSON",
                            HostileFacilitatorServer.json(good.substring(0, good.length() - 1))),
                    named(operation, "duplicate keys",
                            HostileFacilitatorServer.json(good.replaceFirst("\\{", "{\"payer\":\"0xMARK\","))),
                    named(operation, "trailing garbage", HostileFacilitatorServer.json(good + "MARK")),
                    named(operation, "two documents", HostileFacilitatorServer.json(good + good)),
                    named(operation, "deep nesting",
                            HostileFacilitatorServer.json("{\"a\":" + "[".repeat(20_000) + "MARK")),
                    named(operation, "too short a length", HostileFacilitatorServer.wrongLength(good, 10)),
                    named(operation, "too long a length", HostileFacilitatorServer.wrongLength(good, 5000)),
                    named(operation, "two lengths",
                            HostileFacilitatorServer
                                .raw(head + "Content-Length: 5\r\nContent-Length: 500\r\n\r\n" + good)),
                    named(operation, "broken chunks",
                            HostileFacilitatorServer.raw(head + "Transfer-Encoding: chunked\r\n\r\nMARK\r\n" + good)),
                    named(operation, "no HTTP", HostileFacilitatorServer.raw("MARK\r\n\r\n")),
                    named(operation, "a reset", HostileFacilitatorServer.reset()),
                    named(operation, "a close", HostileFacilitatorServer.closeWithoutAnswer()),
                    named(operation, "an acceptance with 400", HostileFacilitatorServer.json(400, good)),
                    named(operation, "an acceptance with 500", HostileFacilitatorServer.json(500, good)),
                    named(operation, "an acceptance with 304", HostileFacilitatorServer.json(304, good)),
                    named(operation, "an error with 401", HostileFacilitatorServer.json(401, "{\"error\":\"MARK\"}")),
                    named(operation, "an error with 503",
                            HostileFacilitatorServer.document(503, "text/plain", "MARK")));
        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("nonsense")
    void callWhenAnswerIsNonsenseThenThrowsAndDoesNotAskAgain(Operation operation, String name, Behaviour behaviour) {
        this.server.on(operation.path(), behaviour);
        Throwable thrown = catchThrowable(() -> operation.call(facilitator(LONG)));
        assertThat(thrown).isExactlyInstanceOf(FacilitatorException.class)
            .hasNoCause()
            .hasNoSuppressedExceptions()
            .message()
            .doesNotContain("MARK", Operation.PAYER, "0x", "127.0.0.1");
        assertThat(this.server.requests()).hasSize(1);
    }

    @Test
    void settleWhenSuccessHasNoTransactionThenThrows() {
        this.server.on("/settle", HostileFacilitatorServer.json("{\"success\":true,\"network\":\"eip155:84532\"}"));
        assertThatExceptionOfType(FacilitatorException.class)
            .isThrownBy(() -> Operation.SETTLE.call(facilitator(LONG)));
    }

    static Stream<Arguments> stalling() {
        return Stream.of(Operation.values())
            .flatMap((operation) -> Stream.of(named(operation, "silence", HostileFacilitatorServer.hang()),
                    named(operation, "silence after the head", HostileFacilitatorServer.hangAfterHead()),
                    named(operation, "a head drop by drop", HostileFacilitatorServer.dripHead(TICK)),
                    named(operation, "a body drop by drop", HostileFacilitatorServer.drip(operation.accepting(), TICK)),
                    named(operation, "an incomplete body drop by drop",
                            HostileFacilitatorServer.drip("{\"a\":", TICK))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("stalling")
    void callWhenAnswerDoesNotEndThenEndsWhileServerIsStillAtIt(Operation operation, String name, Behaviour behaviour) {
        this.server.on(operation.path(), behaviour);
        Throwable thrown = catchThrowable(() -> operation.call(facilitator(SHORT)));
        assertThat(this.server.unfinished()).isEqualTo(1);
        assertThat(thrown).isExactlyInstanceOf(FacilitatorException.class).hasNoCause();
        assertThat(this.server.requests()).hasSize(1);
    }

    @Test
    void supportedWhenAnswerDoesNotEndThenEndsWhileServerIsStillAtIt() {
        this.server.on("/supported", HostileFacilitatorServer.hang());
        Throwable thrown = catchThrowable(facilitator(SHORT)::supported);
        assertThat(this.server.unfinished()).isEqualTo(1);
        assertThat(thrown).isExactlyInstanceOf(FacilitatorException.class);
    }

    @Test
    void callWhenOnlyVerifyMustBeQuickThenSettleMayTakeItsTime() throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.hang());
        this.server.on("/settle", HostileFacilitatorServer.hang());
        HttpFacilitator facilitator = new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(this.server.url(), LONG, SHORT, LONG, List.of()), List.of());
        CompletableFuture<Throwable> settle = inBackground(Operation.SETTLE, facilitator);
        this.server.awaitUnfinished(1);
        assertThat(catchThrowable(() -> Operation.VERIFY.call(facilitator))).isInstanceOf(FacilitatorException.class);
        assertThat(settle).isNotDone();
        this.server.release();
        assertThat(settle.get(20, TimeUnit.SECONDS)).isExactlyInstanceOf(FacilitatorException.class);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenAnswerIsEndlessThenStopsReading(Operation operation) throws Exception {
        CompletableFuture<Boolean> writtenInFull = new CompletableFuture<>();
        this.server.on(operation.path(), (exchange) -> {
            try {
                HostileFacilitatorServer.chunked(operation.accepting(), 50_000_000).answer(exchange);
                writtenInFull.complete(true);
            }
            catch (IOException ex) {
                writtenInFull.complete(false);
            }
        });
        Throwable thrown = catchThrowable(() -> operation.call(facilitator(LONG)));
        assertThat(thrown).isExactlyInstanceOf(FacilitatorException.class).hasNoCause();
        assertThat(writtenInFull.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenAnswerIsLongAndInChunksThenReadsUpToTheBound(Operation operation) throws Exception {
        this.server.on(operation.path(), HostileFacilitatorServer.chunked(operation.accepting(), 50_000));
        assertThat(operation.call(facilitator(LONG))).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenBuilderBuffersThenAnswerIsBoundedAllTheSame(Operation operation) {
        this.server.on(operation.path(), HostileFacilitatorServer.drip(operation.accepting(), TICK));
        RestClient.Builder builder = RestClient.builder().bufferContent((uri, method) -> true);
        Facilitator facilitator = new HttpFacilitator(builder,
                new HttpFacilitatorSettings(this.server.url(), LONG, SHORT, SHORT, List.of()), List.of());
        Throwable thrown = catchThrowable(() -> operation.call(facilitator));
        assertThat(this.server.unfinished()).isEqualTo(1);
        assertThat(thrown).isExactlyInstanceOf(FacilitatorException.class);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenRedirectedThenTargetIsNeverContacted(Operation operation) {
        try (HostileFacilitatorServer target = HostileFacilitatorServer.start()) {
            target.on(operation.path(), HostileFacilitatorServer.json(operation.accepting()));
            for (int status : new int[] { 301, 302, 303, 307, 308 }) {
                this.server.on(operation.path(), HostileFacilitatorServer.redirect(status,
                        target.url().resolve(operation.path()), operation.refusing()));
                assertThat(catchThrowable(() -> operation.call(facilitator(LONG))))
                    .isExactlyInstanceOf(FacilitatorException.class);
            }
            assertThat(this.server.requests()).hasSize(5);
            assertThat(target.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callWhenConnectionIsRefusedThenFacilitatorWasNotReached(Operation operation) {
        assertNotReached(operation, URI.create("http://localhost:" + FreePorts.next()), LONG);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenHostIsUnknownThenFacilitatorWasNotReached(Operation operation) {
        assertNotReached(operation, URI.create("http://" + "a".repeat(70) + ".invalid"), LONG);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenConnectingTakesTooLongThenFacilitatorWasNotReached(Operation operation) throws Exception {
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 16; i++) {
                SocketChannel channel = SocketChannel.open();
                queue.add(channel);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()));
            }
            assertNotReached(operation, URI.create("http://127.0.0.1:" + deaf.getLocalPort()), SHORT);
        }
        finally {
            for (SocketChannel channel : queue) {
                channel.close();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SILENT")
    void callWhenInterruptedThenThrowsAndKeepsInterruptedFlag(Behaviour behaviour) throws Exception {
        this.server.on("/settle", behaviour);
        Facilitator facilitator = facilitator(LONG);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            outcome.complete(catchThrowable(() -> Operation.SETTLE.call(facilitator)));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        this.server.awaitUnfinished(1);
        caller.interrupt();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isExactlyInstanceOf(FacilitatorException.class);
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(this.server.unfinished()).isEqualTo(1);
    }

    private static Arguments named(Operation operation, String name, Behaviour behaviour) {
        return Arguments.of(operation, name, behaviour);
    }

    private static CompletableFuture<Throwable> inBackground(Operation operation, Facilitator facilitator) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> outcome.complete(catchThrowable(() -> operation.call(facilitator))));
        return outcome;
    }

    private static void assertNotReached(Operation operation, URI url, Duration connectTimeout) {
        Facilitator facilitator = new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(url, connectTimeout, LONG, LONG, List.of()), List.of());
        assertThat(catchThrowable(() -> operation.call(facilitator)))
            .isExactlyInstanceOf(FacilitatorNotReachedException.class)
            .hasNoCause()
            .message()
            .doesNotContain("127.0.0.1", "invalid");
    }

    private Facilitator facilitator(Duration timeout) {
        return new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(this.server.url(), LONG, timeout, timeout, List.of()), List.of());
    }

}
