package io.github.x402spring.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks an instance to stop in the middle of a payment.
 */
class ShutdownTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static EmbeddedPostgres database;

    private static CountingFacilitator facilitator;

    private static ShopProcess patient;

    private static List<ShopProcess> hasty;

    private static ShopProcess other;

    @BeforeAll
    static void open() throws IOException {
        database = EmbeddedPostgres.builder().start();
        facilitator = new CountingFacilitator();
        List<String> properties = List.of("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                "x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                "x402.resource-base-url=https://shop.example", "x402.facilitator.settle-timeout=8s",
                "x402.ledger.recover-after=24s",
                "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"));
        List<ShopProcess> ordinary = ShopProcess.start(2, folder, properties);
        patient = ordinary.get(0);
        other = ordinary.get(1);
        List<String> brief = new ArrayList<>(properties);
        brief.add("spring.lifecycle.timeout-per-shutdown-phase=200ms");
        hasty = ShopProcess.start(2, folder, brief);
    }

    @AfterAll
    static void close() throws IOException {
        patient.close();
        other.close();
        hasty.forEach(ShopProcess::close);
        facilitator.close();
        database.close();
    }

    @Test
    void stopWhenAPaymentIsBeingSettledThenItIsSettledOnceAndDelivered() throws Exception {
        TestWallet.Payment payment = payment();
        facilitator.onNextSettle(() -> {
            patient.terminate();
            await(() -> refusesConnections(patient));
        });
        HttpResponse<String> answer = present(patient, payment);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
        assertThat(answer.body()).contains("XAU");
        await(() -> !patient.isAlive());
        assertThat(patient.log()).doesNotContain("ERROR");
        assertThat(statusOf(other, payment)).isEqualTo(409);
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(1);
    }

    @Test
    void stopWhenThereIsNoTimeForAVerificationThenAnotherInstanceServesIt() throws Exception {
        ShopProcess doomed = hasty.get(0);
        TestWallet.Payment payment = payment();
        facilitator.onNextVerify(() -> {
            doomed.terminate();
            await(() -> !doomed.isAlive());
        });
        assertThat(statusOf(doomed, payment)).isNotEqualTo(200);
        assertThat(statusOnceFree(payment)).isEqualTo(200);
        assertThat(statusOf(other, payment)).isEqualTo(409);
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(1);
    }

    @Test
    void stopWhenThereIsNoTimeForASettlementThenAnotherInstanceServesItForTheSameMoney() throws Exception {
        ShopProcess doomed = hasty.get(1);
        TestWallet.Payment payment = payment();
        facilitator.onNextSettle(() -> {
            doomed.terminate();
            await(() -> !doomed.isAlive());
        });
        assertThat(statusOf(doomed, payment)).isNotEqualTo(200);
        assertThat(statusOnceFree(payment)).isEqualTo(200);
        assertThat(statusOf(other, payment)).isEqualTo(409);
        // Asked twice, and the authorization can move its money only once.
        assertThat(facilitator.settlements().get(nonce(payment))).hasValue(2);
    }

    private static TestWallet.Payment payment() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            PaymentRequirements terms = Terms
                .of(client.send(request(other).build(), HttpResponse.BodyHandlers.discarding()));
            return TestWallet.random().pay(terms, Instant.now());
        }
    }

    private static String nonce(TestWallet.Payment payment) {
        return String.valueOf(((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
    }

    private static HttpRequest.Builder request(ShopProcess shop) {
        return HttpRequest.newBuilder(URI.create(shop.origin() + "/quote")).timeout(PATIENCE);
    }

    private static HttpResponse<String> present(ShopProcess shop, TestWallet.Payment payment)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request(shop).header("PAYMENT-SIGNATURE", payment.header()).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Whoever had no time may not have told the ledger; then the others take it up. */
    private static int statusOnceFree(TestWallet.Payment payment) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        int status = statusOf(other, payment);
        while (status == 409 && Instant.now().isBefore(deadline)) {
            TimeUnit.MILLISECONDS.sleep(200);
            status = statusOf(other, payment);
        }
        return status;
    }

    /** Returns the status, or -1 if there was no answer. */
    private static int statusOf(ShopProcess shop, TestWallet.Payment payment) throws InterruptedException {
        try {
            return present(shop, payment).statusCode();
        }
        catch (IOException ex) {
            return -1;
        }
    }

    private static boolean refusesConnections(ShopProcess shop) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(request(shop).build(), HttpResponse.BodyHandlers.discarding());
            return false;
        }
        catch (ConnectException ex) {
            return true;
        }
        catch (IOException ex) {
            return false;
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        try {
            while (!condition.getAsBoolean()) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("It does not come to pass");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

}
