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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.TestWallet;
import io.github.x402spring.shops.DoomedShop;
import io.github.x402spring.shops.DoomedShop.Moment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills an instance in the middle of a payment, without warning, and presents the same
 * payment to another one.
 */
class CrashTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final BiConsumer<CountingFacilitator, Runnable> NOTHING = (facilitator, action) -> {
    };

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
        shops = new ArrayList<>(ShopProcess.start(DoomedShop.class, 7, folder,
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
        String nonce = survive(CountingFacilitator::onNextVerify, null);
        assertThat(facilitator.settlements().get(nonce)).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(value = Moment.class, names = { "AFTER_VERIFY", "AFTER_HANDLER" })
    void paymentWhenTheInstanceDiesBeforeItIsSentToBeSettledThenAnotherServesIt(Moment moment) throws Exception {
        String nonce = survive(NOTHING, moment);
        assertThat(facilitator.settlements().get(nonce)).hasValue(1);
    }

    @Test
    void paymentWhenTheInstanceDiesAfterSettlingItThenAnotherServesItForTheSameMoney() throws Exception {
        String nonce = survive(CountingFacilitator::onNextSettle, null);
        // Asked twice, and the authorization can move its money only once.
        assertThat(facilitator.settlements().get(nonce)).hasValue(2);
    }

    @Test
    void paymentWhenTheInstanceDiesBeforeItRecordsTheSettlementThenAnotherServesItForTheSameMoney() throws Exception {
        String nonce = survive(NOTHING, Moment.AFTER_SETTLE);
        assertThat(facilitator.settlements().get(nonce)).hasValue(2);
    }

    @Test
    void paymentWhenTheInstanceDiesBeforeTheAnswerLeavesThenAnotherServesItForTheSameMoney() throws Exception {
        String nonce = survive(NOTHING, Moment.BEFORE_ANSWER);
        assertThat(facilitator.settlements().get(nonce)).hasValue(1);
    }

    private String survive(BiConsumer<CountingFacilitator, Runnable> asked, @Nullable Moment moment) throws Exception {
        ShopProcess doomed = shops.remove(0);
        ShopProcess other = shops.get(0);
        TestWallet.Payment payment = TestWallet.random().pay(terms(other), Instant.now());
        asked.accept(facilitator, doomed::close);
        assertThat(present(doomed, payment, moment)).isEqualTo(-1);
        Instant deadline = Instant.now().plus(PATIENCE);
        int status = present(other, payment, null);
        while (status == 409 && Instant.now().isBefore(deadline)) {
            Thread.sleep(200);
            status = present(other, payment, null);
        }
        assertThat(status).isEqualTo(200);
        assertThat(present(other, payment, null)).isEqualTo(409);
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
    private int present(ShopProcess shop, TestWallet.Payment payment, @Nullable Moment moment)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(shop.origin() + "/quote"))
            .header("PAYMENT-SIGNATURE", payment.header());
        if (moment != null) {
            request.header(DoomedShop.HEADER, moment.name());
        }
        try {
            return this.client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        }
        catch (IOException ex) {
            return -1;
        }
    }

}
