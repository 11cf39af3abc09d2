package io.github.x402spring.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.Eventually;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks an instance to stop in the middle of a payment.
 */
class ShutdownTests {

    @TempDir
    static Path folder;

    private static SharedDatabase database;

    private static CountingFacilitator facilitator;

    private static List<ShopProcess> shops = List.of();

    private static List<ShopProcess> hasty = List.of();

    private static ShopProcess patient;

    private static ShopProcess other;

    @BeforeAll
    static void open() throws IOException {
        database = SharedDatabase.start();
        facilitator = new CountingFacilitator();
        shops = ShopProcess.start(2, folder, properties("2m"));
        patient = shops.get(0);
        other = shops.get(1);
        hasty = ShopProcess.start(2, folder, properties("200ms"));
    }

    @AfterAll
    static void close() throws IOException {
        shops.forEach(ShopProcess::close);
        hasty.forEach(ShopProcess::close);
        facilitator.close();
        database.close();
    }

    private static List<String> properties(String timeForShutdown) {
        List<String> properties = new ArrayList<>(database.properties());
        properties.addAll(SharedDatabase.PATIENT);
        properties.addAll(List.of("x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                "x402.resource-base-url=https://shop.example",
                "spring.lifecycle.timeout-per-shutdown-phase=" + timeForShutdown));
        return properties;
    }

    @Test
    void stopWhenAPaymentIsBeingSettledThenItIsSettledOnceAndDelivered() throws Exception {
        PaymentDraft payment = payment();
        facilitator.onNextSettle(() -> {
            patient.terminate();
            Eventually.await("the shop refuses connections", () -> refusesConnections(patient));
        });
        HttpResponse<String> answer = present(patient, payment);
        assertThat(answer.statusCode()).as(patient.log()).isEqualTo(200);
        assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
        assertThat(answer.body()).contains("XAU");
        awaitEnd(patient);
        assertThat(patient.log()).doesNotContain("ERROR");
        assertThat(statusOf(other, payment)).isEqualTo(409);
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(1);
    }

    @Test
    void stopWhenThereIsNoTimeForAVerificationThenAnotherInstanceServesIt() throws Exception {
        ShopProcess doomed = hasty.get(0);
        PaymentDraft payment = payment();
        facilitator.onNextVerify(() -> {
            doomed.terminate();
            awaitEnd(doomed);
        });
        assertThat(statusOf(doomed, payment)).isNotEqualTo(200);
        awaitEnd(doomed);
        database.takeUp(nonce(payment));
        assertThat(statusOf(other, payment)).isEqualTo(200);
        assertThat(statusOf(other, payment)).isEqualTo(409);
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(1);
    }

    @Test
    void stopWhenThereIsNoTimeForASettlementThenAnotherInstanceServesItForTheSameMoney() throws Exception {
        ShopProcess doomed = hasty.get(1);
        PaymentDraft payment = payment();
        facilitator.onNextSettle(() -> {
            doomed.terminate();
            awaitEnd(doomed);
        });
        assertThat(statusOf(doomed, payment)).isNotEqualTo(200);
        awaitEnd(doomed);
        database.takeUp(nonce(payment));
        assertThat(statusOf(other, payment)).isEqualTo(200);
        assertThat(statusOf(other, payment)).isEqualTo(409);
        // Asked twice, and the authorization can move its money only once.
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(2);
    }

    private static PaymentDraft payment() throws IOException, InterruptedException {
        return TestWallet.create().pay(Terms.of(other), Instant.now());
    }

    private static String nonce(PaymentDraft payment) {
        return String.valueOf(((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
    }

    private static HttpRequest.Builder request(ShopProcess shop) {
        return HttpRequest.newBuilder(URI.create(shop.origin() + "/quote")).timeout(Eventually.PATIENCE);
    }

    private static HttpResponse<String> present(ShopProcess shop, PaymentDraft payment)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request(shop).header("PAYMENT-SIGNATURE", payment.header()).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Returns the status, or -1 if there was no answer. */
    private static int statusOf(ShopProcess shop, PaymentDraft payment) throws InterruptedException {
        try {
            return present(shop, payment).statusCode();
        }
        catch (IOException ex) {
            return -1;
        }
    }

    /** A connection that is refused while the socket is being closed may be reset. */
    private static boolean refusesConnections(ShopProcess shop) {
        int port = URI.create(shop.origin()).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        }
        catch (IOException ex) {
            return true;
        }
    }

    private static void awaitEnd(ShopProcess shop) {
        Eventually.await("the shop ends", () -> !shop.isAlive());
    }

}
