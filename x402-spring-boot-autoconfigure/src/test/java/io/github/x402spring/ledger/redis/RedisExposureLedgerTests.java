package io.github.x402spring.ledger.redis;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLedgerContractTests;
import io.github.x402spring.ledger.ExposureReservation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisExposureLedgerTests extends ExposureLedgerContractTests {

    private static final TaskKey TASK = TaskKey.ofCaller("ann", "trip");

    private static RedisServer server;

    private static int port;

    private final List<LettuceConnectionFactory> connections = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        server = new RedisServer(port);
        server.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
    }

    @AfterEach
    void disconnect() {
        this.connections.forEach(LettuceConnectionFactory::destroy);
    }

    @Override
    protected void clear() {
        connect(port).execute((RedisCallback<Object>) (connection) -> {
            connection.serverCommands().flushAll();
            return null;
        });
    }

    @Override
    protected ExposureLedger instance(Duration lease) {
        return new RedisExposureLedger(connect(port), "shop:", lease);
    }

    private StringRedisTemplate connect(int port) {
        LettuceConnectionFactory connection = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", port),
                LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(10)).build());
        connection.start();
        this.connections.add(connection);
        return new StringRedisTemplate(connection);
    }

    @Test
    void reserveWhenDoneThenTheKeyExpiresAfterTheWindow() throws Exception {
        reserve(instance(LEASE), of(ONCE, "a", BigInteger.ZERO));
        StringRedisTemplate redis = connect(port);
        String key = redis.keys("shop:{exposure}:*").iterator().next();
        assertThat(redis.getExpire(key, TimeUnit.SECONDS)).isBetween(Duration.ofMinutes(61).toSeconds(),
                Duration.ofMinutes(64).toSeconds());
    }

    @Test
    void ledgerWhenRedisIsDownThenCannotSay() {
        ExposureLedger ledger = new RedisExposureLedger(connect(1), "shop:", LEASE);
        TaskRegistry tasks = new RedisTaskRegistry(connect(1), "shop:", Duration.ofDays(1));
        ExposureReservation reservation = new ExposureReservation("token", List.of(of(ONCE, "a", BigInteger.ZERO)),
                Instant.EPOCH, false);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.reserve(reservation.exposures()));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.commit(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.giveBack(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks.ended(TASK));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> tasks.end(TASK));
    }

    @Test
    void endedWhenEndedByOneInstanceThenForAllUntilForgotten() throws Exception {
        TaskRegistry tasks = new RedisTaskRegistry(connect(port), "shop:", Duration.ofDays(1));
        TaskRegistry other = new RedisTaskRegistry(connect(port), "shop:", Duration.ofDays(1));
        assertThat(endedThenAnotherInstance(tasks, other, TASK)).contains(true);
        assertThat(tasks.ended(TaskKey.ofCaller("bob", "trip"))).isFalse();
        StringRedisTemplate redis = connect(port);
        assertThat(redis.getExpire(redis.keys("shop:task:*").iterator().next(), TimeUnit.HOURS)).isBetween(23L, 24L);
    }

}
