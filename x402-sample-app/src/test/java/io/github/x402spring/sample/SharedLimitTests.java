package io.github.x402spring.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.TestServers;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spends through three instances at the same time what one limit lets one wallet spend.
 */
class SharedLimitTests {

    private static final int INSTANCES = 3;

    private static final int PAYMENTS = 10;

    private static final String TASK = "X402-Task";

    @TempDir
    private Path folder;

    @Test
    void postgreSqlWhenThreeInstancesShareItThenLimitsAndTasksHoldForAll() throws Exception {
        try (SharedDatabase database = SharedDatabase.start()) {
            assertLimitsHold(database.properties());
        }
    }

    @Test
    void redisWhenThreeInstancesShareItThenLimitsAndTasksHoldForAll() throws Exception {
        RedisServer redis = TestServers.startRedis();
        try {
            assertLimitsHold(List.of("x402.ledger.type=redis", "spring.data.redis.port=" + redis.ports().get(0)));
        }
        finally {
            redis.stop();
        }
    }

    private void assertLimitsHold(List<String> ledger) throws Exception {
        List<ShopProcess> shops = List.of();
        try (CountingFacilitator facilitator = new CountingFacilitator();
                HttpClient client = HttpClient.newHttpClient()) {
            List<String> properties = new ArrayList<>(ledger);
            properties.addAll(SharedDatabase.PATIENT);
            properties.addAll(List.of("x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                    "x402.resource-base-url=https://shop.example", "x402.limits[0].name=three-prices",
                    "x402.limits[0].per=payer", "x402.limits[0].endpoints=quote", "x402.limits[0].max-amount=$0.03",
                    "x402.limits[0].window=1h"));
            shops = ShopProcess.start(INSTANCES, this.folder, properties);
            PaymentRequirements terms = Terms.of(shops.get(0));
            assertThreeOfTenSettle(client, shops, terms, facilitator);
            assertAnEndedTaskHasEndedEverywhere(client, shops, terms);
        }
        finally {
            shops.forEach(ShopProcess::close);
        }
    }

    private static void assertThreeOfTenSettle(HttpClient client, List<ShopProcess> shops, PaymentRequirements terms,
            CountingFacilitator facilitator) {
        TestWallet wallet = TestWallet.create();
        List<HttpRequest> requests = new ArrayList<>();
        for (int i = 0; i < PAYMENTS; i++) {
            requests.add(quote(shops.get(i % INSTANCES)).header("PAYMENT-SIGNATURE", payment(wallet, terms)).build());
        }
        List<HttpResponse<String>> answers = requests.stream()
            .map((request) -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
        assertThat(answers).filteredOn((answer) -> answer.statusCode() == 200).hasSize(3);
        assertThat(answers).filteredOn((answer) -> answer.statusCode() != 200)
            .hasSize(7)
            .allSatisfy(SharedLimitTests::assertUnchargedUntilLater);
        assertThat(facilitator.settlements()).hasSize(3).allSatisfy((nonce, times) -> assertThat(times).hasValue(1));
    }

    private static void assertUnchargedUntilLater(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(3000L, 3661L);
        assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
        JsonNode envelope = JsonMapper.shared().readTree(answer.body());
        assertThat(envelope.at("/context/reason").asString()).isEqualTo("limit_reached");
        assertThat(envelope.at("/payment/charged").asString()).isEqualTo("no");
    }

    private static void assertAnEndedTaskHasEndedEverywhere(HttpClient client, List<ShopProcess> shops,
            PaymentRequirements terms) throws Exception {
        TestWallet wallet = TestWallet.create();
        assertThat(buyForTask(client, shops.get(0), payment(wallet, terms))).isEqualTo(200);
        assertThat(end(client, shops.get(1), wallet, "reader")).isEqualTo(403);
        assertThat(buyForTask(client, shops.get(0), payment(wallet, terms))).isEqualTo(200);
        assertThat(end(client, shops.get(1), wallet, "operator")).isEqualTo(200);
        String payment = payment(wallet, terms);
        for (ShopProcess shop : shops) {
            assertThat(buyForTask(client, shop, payment)).isEqualTo(403);
        }
        assertThat(buyForTask(client, shops.get(2), payment(TestWallet.create(), terms))).isEqualTo(200);
    }

    private static int buyForTask(HttpClient client, ShopProcess shop, String payment) throws Exception {
        return client
            .send(quote(shop).header("PAYMENT-SIGNATURE", payment).header(TASK, "trip").build(),
                    HttpResponse.BodyHandlers.discarding())
            .statusCode();
    }

    private static int end(HttpClient client, ShopProcess shop, TestWallet wallet, String user) throws Exception {
        String credentials = Base64.getEncoder()
            .encodeToString((user + ":" + user).getBytes(StandardCharsets.US_ASCII));
        return client
            .send(HttpRequest.newBuilder(URI.create(shop.origin() + "/actuator/x402tasks/trip"))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"payer\":\"" + wallet.address() + "\"}"))
                .build(), HttpResponse.BodyHandlers.discarding())
            .statusCode();
    }

    private static HttpRequest.Builder quote(ShopProcess shop) {
        return HttpRequest.newBuilder(URI.create(shop.origin() + "/quote"));
    }

    private static String payment(TestWallet wallet, PaymentRequirements terms) {
        return wallet.pay(terms, Instant.now()).header();
    }

}
