package io.github.x402spring.sample;

import java.io.IOException;
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
import java.util.function.BiConsumer;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills an instance in the middle of a payment, without warning, and presents the same
 * payment to another one.
 */
class CrashTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static EmbeddedPostgres database;

    private static CountingFacilitator facilitator;

    private static List<ShopProcess> shops;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void open() throws IOException {
        database = EmbeddedPostgres.builder().start();
        facilitator = new CountingFacilitator();
        shops = new ArrayList<>(ShopProcess.start(3, folder,
                List.of("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                        "x402.ledger.recover-after=3s", "x402.facilitator.settle-timeout=1s",
                        "x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                        "x402.resource-base-url=https://shop.example",
                        "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"))));
    }

    @AfterAll
    static void close() throws IOException {
        shops.forEach(ShopProcess::close);
        facilitator.close();
        database.close();
    }

    @Test
    void paymentWhenTheInstanceDiesAfterReservingItThenAnotherServesIt() throws Exception {
        String nonce = survive(CountingFacilitator::onNextVerify);
        assertThat(facilitator.settlements().get(nonce)).hasValue(1);
    }

    @Test
    void paymentWhenTheInstanceDiesAfterSettlingItThenAnotherServesItForTheSameMoney() throws Exception {
        String nonce = survive(CountingFacilitator::onNextSettle);
        // Asked twice, and the authorization can move its money only once.
        assertThat(facilitator.settlements().get(nonce)).hasValue(2);
    }

    private String survive(BiConsumer<CountingFacilitator, Runnable> moment) throws Exception {
        ShopProcess doomed = shops.remove(0);
        ShopProcess other = shops.get(0);
        PaymentRequirements terms = terms(other);
        TestWallet.Payment payment = TestWallet.random().pay(terms, Instant.now());
        moment.accept(facilitator, doomed::close);
        assertThat(present(doomed, payment)).isEqualTo(-1);
        assertThat(present(other, payment)).isEqualTo(409);
        Instant deadline = Instant.now().plus(PATIENCE);
        int status = 409;
        while (status == 409 && Instant.now().isBefore(deadline)) {
            Thread.sleep(200);
            status = present(other, payment);
        }
        assertThat(status).isEqualTo(200);
        assertThat(present(other, payment)).isEqualTo(409);
        return nonce(payment);
    }

    private static String nonce(TestWallet.Payment payment) {
        return String.valueOf(((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
    }

    private PaymentRequirements terms(ShopProcess shop) throws IOException, InterruptedException {
        return Terms.of(this.client.send(HttpRequest.newBuilder(URI.create(shop.origin() + "/quote")).build(),
                HttpResponse.BodyHandlers.discarding()));
    }

    /** Returns the status, or -1 if there was no answer. */
    private int present(ShopProcess shop, TestWallet.Payment payment) throws InterruptedException {
        try {
            return this.client
                .send(HttpRequest.newBuilder(URI.create(shop.origin() + "/quote"))
                    .header("PAYMENT-SIGNATURE", payment.header())
                    .build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
        }
        catch (IOException ex) {
            return -1;
        }
    }

}
