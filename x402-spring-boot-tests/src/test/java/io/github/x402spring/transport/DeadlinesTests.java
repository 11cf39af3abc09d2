package io.github.x402spring.transport;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.x402spring.Eventually;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
@Tag("waiting")
class DeadlinesTests {

    private static final Duration LONG = Duration.ofSeconds(40);

    private static final int CALLERS = 8;

    private static final int CALLS = 200;

    @Test
    void expireWhenTheExchangeEndedThenItsSocketIsOutOfReach() throws Exception {
        try (Socket socket = new Socket()) {
            Guard guard = new Guard(0);
            guard.attach(socket);
            assertThat(guard.finish()).isTrue();
            guard.expire();
            assertThat(socket.isClosed()).isFalse();
            assertThat(guard.expired()).isFalse();
        }
    }

    @Test
    void finishWhenTheDeadlinePassedThenTheSocketIsClosed() throws Exception {
        try (Socket socket = new Socket()) {
            Guard guard = new Guard(0);
            guard.attach(socket);
            guard.expire();
            assertThat(socket.isClosed()).isTrue();
            assertThat(guard.finish()).isFalse();
        }
    }

    @Test
    void attachWhenTheDeadlinePassedThenClosesAndThrows() throws Exception {
        try (Socket socket = new Socket()) {
            Guard guard = new Guard(0);
            guard.expire();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> guard.attach(socket));
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void addWhenAnEarlierDeadlineComesLaterThenItIsKept() throws Exception {
        Deadlines deadlines = new Deadlines("x402-test", (now) -> Deadlines.NEVER);
        Guard late = new Guard(deadlines.now() + LONG.toNanos());
        deadlines.add(late);
        Guard early = new Guard(deadlines.now() + 1);
        deadlines.add(early);
        Eventually.await("the earlier one expires", early::expired);
        assertThat(late.expired()).isFalse();
        deadlines.remove(late);
    }

    @Test
    void addWhenTheThreadHasEndedThenAnotherStarts() {
        Deadlines deadlines = new Deadlines("x402-test", (now) -> Deadlines.NEVER);
        for (int i = 0; i < 100; i++) {
            Guard guard = new Guard(deadlines.now());
            deadlines.add(guard);
            Eventually.await("it expires", guard::expired);
        }
    }

    @Test
    void addWhenAnErrorEndedTheThreadThenAnotherStarts() {
        AtomicInteger looks = new AtomicInteger();
        Deadlines deadlines = new Deadlines("x402-test", (now) -> {
            if (looks.getAndIncrement() == 0) {
                throw new StackOverflowError();
            }
            return Deadlines.NEVER;
        });
        Guard first = new Guard(deadlines.now() + LONG.toNanos());
        deadlines.add(first);
        Eventually.await("the thread fails", () -> looks.get() > 0);
        Guard second = new Guard(deadlines.now() + 1);
        while (!second.expired()) {
            deadlines.add(second);
        }
        deadlines.remove(first);
    }

    @Test
    void attendWhenSomethingIsIdleThenIsEvictedAtItsTime() throws Exception {
        CountDownLatch evicted = new CountDownLatch(1);
        AtomicLong expiry = new AtomicLong(Deadlines.NEVER);
        Deadlines deadlines = new Deadlines("x402-test", (now) -> {
            if (now >= expiry.get()) {
                expiry.set(Deadlines.NEVER);
                evicted.countDown();
            }
            return expiry.get();
        });
        expiry.set(deadlines.now() + 1_000_000);
        deadlines.attend(expiry.get());
        assertThat(evicted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /**
     * Calls whose time is up at about the moment of their reply share connections with
     * calls that have all the time in the world.
     */
    @RepeatedTest(3)
    void exchangeWhenDeadlinesPassAllTheTimeThenNoOtherExchangeIsHurt() throws Exception {
        AtomicInteger timedOut = new AtomicInteger();
        List<String> hurt = new ArrayList<>();
        Random random = new Random(402);
        Script echo = (exchange) -> {
            while (true) {
                exchange.readRequest();
                int spins = Math.floorMod(exchange.requests().size() * 7919, 40_000);
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                exchange.reply("{}");
            }
        };
        try (ScriptedServer server = ScriptedServer.start();
                HttpTransport transport = new HttpTransport(Peer.FACILITATOR, CALLERS, LONG)) {
            for (int i = 0; i < CALLERS * CALLS; i++) {
                server.play(echo);
            }
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                long seed = random.nextLong();
                callers.add(Thread.ofPlatform().start(() -> {
                    Random times = new Random(seed);
                    for (int call = 0; call < CALLS; call++) {
                        boolean hurried = call % 2 == 0;
                        Duration timeout = hurried ? Duration.ofNanos(100_000 + times.nextInt(1_500_000)) : LONG;
                        try {
                            transport.exchange(OutgoingRequest.post(server.url(), new byte[100]), timeout, 100);
                        }
                        catch (IOException ex) {
                            if (hurried) {
                                timedOut.incrementAndGet();
                            }
                            else {
                                synchronized (hurt) {
                                    hurt.add(ex.toString());
                                }
                            }
                        }
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(hurt).isEmpty();
            assertThat(timedOut).hasPositiveValue();
            assertThat(transport.connections().leased()).isZero();
        }
    }

}
