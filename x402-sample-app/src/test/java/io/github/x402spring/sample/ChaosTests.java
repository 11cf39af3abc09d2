package io.github.x402spring.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import redis.embedded.RedisServer;

import io.github.x402spring.Endurance;
import io.github.x402spring.TestServers;
import io.github.x402spring.sample.ShopCustomers.Purchase;
import io.github.x402spring.shops.DoomedShop;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Purchases while instances are killed at random and the server of their ledger is
 * stopped. Customers present each payment again until they are served; some give up after
 * the first try.
 */
@Tag("endurance")
@Execution(ExecutionMode.CONCURRENT)
class ChaosTests {

    private static final int INSTANCES = Endurance.size(2, 3);

    /** Each is followed by the start of another instance. */
    private static final int KILLS = Endurance.size(1, 20);

    /** The ordinary build has no outage here; {@code LedgerOutageTests} has one. */
    private static final int KILLS_PER_OUTAGE = Endurance.size(3, 7);

    /** Purchases that are begun between two kills, at most. */
    private static final int PURCHASES = 60;

    private static final Duration OUTAGE = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    void postgreSqlWhenInstancesAreKilledAndItStopsThenNothingIsLostAndNothingTwice() throws Exception {
        Path data = this.folder.resolve("data");
        EmbeddedPostgres database = postgres(RunningShop.freePort(), data);
        int port = database.getPort();
        String url = database.getJdbcUrl("postgres", "postgres");
        List<EmbeddedPostgres> running = new ArrayList<>(List.of(database));
        try {
            new ResourceDatabasePopulator(
                    new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
                .execute(database.getPostgresDatabase());
            survive(List.of("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=never",
                    "spring.datasource.url=" + url, "spring.datasource.hikari.connection-timeout=1000"), () -> {
                        running.remove(0).close();
                        Thread.sleep(OUTAGE);
                        running.add(postgres(port, data));
                    }, (states) -> new JdbcTemplate(running.get(0).getPostgresDatabase())
                        .queryForList("SELECT nonce FROM x402_payment WHERE state IN (" + states + ")", String.class));
        }
        finally {
            running.get(0).close();
        }
    }

    @Test
    void redisWhenInstancesAreKilledAndItStopsThenNothingIsLostAndNothingTwice() throws Exception {
        int port = RunningShop.freePort();
        List<RedisServer> running = new ArrayList<>(List.of(redis(port)));
        LettuceConnectionFactory connection = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", port));
        connection.start();
        try {
            StringRedisTemplate redis = new StringRedisTemplate(connection);
            survive(List.of("x402.ledger.type=redis", "spring.data.redis.port=" + port, "spring.data.redis.timeout=1s"),
                    () -> {
                        running.remove(0).stop();
                        Thread.sleep(OUTAGE);
                        running.add(redis(port));
                    },
                    (states) -> redis.keys("{x402}:payment:*")
                        .stream()
                        .filter((key) -> states
                            .contains("'" + redis.<String, String>opsForHash().get(key, "state") + "'"))
                        .map((key) -> key.substring(key.lastIndexOf('|') + 1))
                        .toList());
        }
        finally {
            connection.destroy();
            running.get(0).stop();
        }
    }

    private void survive(List<String> ledger, Outage outage, Records records) throws Exception {
        List<ShopProcess> shops = List.of();
        try (CountingFacilitator facilitator = new CountingFacilitator()) {
            List<String> properties = new ArrayList<>(ledger);
            properties.addAll(List.of("x402.ledger.recover-after=3s", "x402.ledger.reconcile-interval=2s",
                    "x402.facilitator.settle-timeout=1s", "x402.facilitator.type=http", "shop.inquiry=true",
                    "x402.facilitator.url=" + facilitator.url(), "x402.resource-base-url=https://shop.example",
                    "x402.payments.max-timeout=20s"));
            shops = new ArrayList<>(ShopProcess.start(DoomedShop.class, INSTANCES, this.folder, properties));
            List<Purchase> purchases = chaos(shops, properties, outage);

            Set<String> settled = facilitator.settlements().keySet();
            assertThat(purchases).hasSizeGreaterThan(KILLS)
                .filteredOn(Purchase::persistent)
                .allSatisfy((purchase) -> assertThat(purchase.served() || !settled.contains(purchase.nonce()))
                    .as("a customer who paid was served")
                    .isTrue());
            assertThat(purchases).filteredOn(Purchase::served)
                .allSatisfy((purchase) -> assertThat(purchase.transactions()).as("served once")
                    .containsExactly(purchase.nonce()));
            awaitNone(records, "'RESERVED', 'SETTLING', 'UNKNOWN'");
            assertThat(records.nonces("'SETTLED'")).containsExactlyInAnyOrderElementsOf(settled);
            assertThat(settled).containsAll(
                    purchases.stream().filter(Purchase::served).map(Purchase::nonce).collect(Collectors.toSet()));
            assertThat(purchases).filteredOn((purchase) -> !purchase.persistent()).isNotEmpty();
        }
        finally {
            shops.forEach(ShopProcess::close);
        }
    }

    private List<Purchase> chaos(List<ShopProcess> shops, List<String> properties, Outage outage) throws Exception {
        Random random = new Random(402);
        try (ShopCustomers customers = new ShopCustomers(shops);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            customers.open();
            for (int kill = 1; kill <= KILLS; kill++) {
                customers.awaitPurchases(1 + random.nextInt(PURCHASES));
                int doomed = random.nextInt(INSTANCES);
                shops.get(doomed).close();
                Future<?> over = (kill % KILLS_PER_OUTAGE == 0) ? executor.submit(() -> {
                    outage.happen();
                    return null;
                }) : CompletableFuture.completedFuture(null);
                ShopProcess next = ShopProcess.start(DoomedShop.class, 1, this.folder, properties).get(0);
                shops.set(doomed, next);
                customers.replace(doomed, next);
                over.get();
            }
            return customers.finish();
        }
    }

    private static void awaitNone(Records records, String states) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!records.nonces(states).isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(500);
        }
        assertThat(records.nonces(states)).as("payments that nobody ended").isEmpty();
    }

    private static EmbeddedPostgres postgres(int port, Path data) throws IOException {
        return TestServers.postgreSql().setPort(port).setDataDirectory(data).setCleanDataDirectory(false).start();
    }

    /** Writes every step down before it answers. */
    private RedisServer redis(int port) throws IOException {
        RedisServer server = RedisServer.newRedisServer()
            .port(port)
            .setting("appendonly yes")
            .setting("appendfsync always")
            .setting("dir " + this.folder)
            .build();
        server.start();
        return server;
    }

    @FunctionalInterface
    private interface Outage {

        void happen() throws Exception;

    }

    @FunctionalInterface
    private interface Records {

        List<String> nonces(String states);

    }

}
