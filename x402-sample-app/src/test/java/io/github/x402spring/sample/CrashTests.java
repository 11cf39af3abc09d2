package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.Eventually;
import io.github.x402spring.shops.DoomedShop;
import io.github.x402spring.shops.DoomedShop.Moment;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills an instance in the middle of a payment, without warning, and presents the same
 * payment to another one.
 */
class CrashTests {

    private static final BiConsumer<CountingFacilitator, Runnable> NOTHING = (facilitator, action) -> {
    };

    @TempDir
    static Path folder;

    private static SharedDatabase database;

    private static CountingFacilitator facilitator;

    private static final Deque<ShopProcess> shops = new ArrayDeque<>();

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void open() throws IOException {
        database = SharedDatabase.start();
        facilitator = new CountingFacilitator();
        startShops(2);
    }

    private static void startShops(int number) {
        List<String> properties = new ArrayList<>(database.properties());
        properties.addAll(SharedDatabase.PATIENT);
        properties.addAll(List.of("x402.facilitator.type=http", "x402.facilitator.url=" + facilitator.url(),
                "x402.resource-base-url=https://shop.example"));
        shops.addAll(ShopProcess.start(DoomedShop.class, number, folder, properties));
    }

    @AfterAll
    static void close() throws IOException {
        shops.forEach(ShopProcess::close);
        shops.clear();
        facilitator.close();
        database.close();
    }

    @AfterEach
    void disconnect() {
        this.client.shutdownNow();
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
        ShopProcess doomed = shops.remove();
        if (shops.isEmpty()) {
            startShops(1);
        }
        ShopProcess other = shops.element();
        PaymentDraft payment = TestWallet.create().pay(Terms.of(other), Instant.now());
        asked.accept(facilitator, () -> {
            doomed.close();
            awaitEnd(doomed);
        });
        assertThat(present(doomed, payment, moment)).isEqualTo(-1);
        awaitEnd(doomed);
        database.takeUp(nonce(payment));
        assertThat(present(other, payment, null)).isEqualTo(200);
        assertThat(present(other, payment, null)).isEqualTo(409);
        return nonce(payment);
    }

    private static void awaitEnd(ShopProcess shop) {
        Eventually.await("the shop dies", () -> !shop.isAlive());
    }

    private static String nonce(PaymentDraft payment) {
        return String.valueOf(((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
    }

    /** Returns the status, or -1 if there was no answer. */
    private int present(ShopProcess shop, PaymentDraft payment, @Nullable Moment moment) throws InterruptedException {
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
