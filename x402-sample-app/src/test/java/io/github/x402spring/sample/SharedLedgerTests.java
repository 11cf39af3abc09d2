package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

import io.github.x402spring.Endurance;
import io.github.x402spring.TestServers;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents each payment to three instances at the same time, again and again.
 */
@Tag("endurance")
class SharedLedgerTests {

    private static final int PAYMENTS = Endurance.size(300, 2000);

    private static final int PRESENTATIONS = 5;

    private static final int INSTANCES = 3;

    /** As many callers as wait at the same time. */
    private static final int CALLERS = 64;

    @TempDir
    private Path folder;

    @Test
    void postgreSqlWhenThreeInstancesShareItThenEachPaymentIsGrantedOnce() throws Exception {
        try (EmbeddedPostgres database = TestServers.postgreSql().start()) {
            assertEachIsGrantedOnce("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                    "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"));
        }
    }

    @Test
    void redisWhenThreeInstancesShareItThenEachPaymentIsGrantedOnce() throws Exception {
        RedisServer redis = TestServers.startRedis();
        try {
            assertEachIsGrantedOnce("x402.ledger.type=redis", "spring.data.redis.port=" + redis.ports().get(0));
        }
        finally {
            redis.stop();
        }
    }

    private void assertEachIsGrantedOnce(String... ledger) throws Exception {
        List<ShopProcess> shops = List.of();
        try (CountingFacilitator facilitator = new CountingFacilitator()) {
            List<String> properties = new ArrayList<>(List.of(ledger));
            properties.addAll(List.of("x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                    "x402.resource-base-url=https://shop.example"));
            properties.addAll(SharedDatabase.PATIENT);
            shops = ShopProcess.start(INSTANCES, this.folder, properties);
            Map<Integer, List<Integer>> answers = presentAll(shops);
            assertThat(answers).hasSize(PAYMENTS)
                .allSatisfy((payment, statuses) -> assertThat(statuses).hasSize(PRESENTATIONS)
                    .containsOnlyOnce(200)
                    .containsOnly(200, 409));
            assertThat(facilitator.settlements()).hasSize(PAYMENTS)
                .allSatisfy((nonce, times) -> assertThat(times).hasValue(1));
        }
        finally {
            shops.forEach(ShopProcess::close);
        }
    }

    /** Returns the answers to each payment. */
    private static Map<Integer, List<Integer>> presentAll(List<ShopProcess> shops) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            PaymentRequirements terms = Terms.of(shops.get(0));
            TestWallet wallet = TestWallet.create();
            List<String> payments = IntStream.range(0, PAYMENTS)
                .parallel()
                .mapToObj((number) -> wallet.pay(terms, Instant.now()).header())
                .toList();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < PAYMENTS; i += CALLERS) {
                List<Integer> together = new ArrayList<>();
                for (int payment = i; payment < Math.min(i + CALLERS, PAYMENTS); payment++) {
                    together.addAll(Collections.nCopies(PRESENTATIONS, payment));
                }
                Collections.shuffle(together, new Random(i));
                order.addAll(together);
            }
            Semaphore callers = new Semaphore(CALLERS);
            List<Future<Map.Entry<Integer, Integer>>> answers = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                int payment = order.get(i);
                ShopProcess shop = shops.get(i % INSTANCES);
                callers.acquire();
                answers.add(executor.submit(() -> {
                    try {
                        return Map.entry(payment, present(client, shop, payments.get(payment)));
                    }
                    finally {
                        callers.release();
                    }
                }));
            }
            List<Map.Entry<Integer, Integer>> all = new ArrayList<>();
            for (Future<Map.Entry<Integer, Integer>> answer : answers) {
                all.add(answer.get());
            }
            return all.stream()
                .collect(Collectors.groupingBy(Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        }
    }

    private static int present(HttpClient client, ShopProcess shop, String payment)
            throws IOException, InterruptedException {
        return client
            .send(HttpRequest.newBuilder(URI.create(shop.origin() + "/quote"))
                .header("PAYMENT-SIGNATURE", payment)
                .build(), HttpResponse.BodyHandlers.discarding())
            .statusCode();
    }

}
