package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authorization.AuthorizationDecision;

import io.github.x402spring.MutableClock;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LimitTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    private static Exposures exposures;

    private final TestWallet wallet = TestWallet.create();

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(PolicyShop.class, Configuration.class), "x402.limits[0].name=spent",
                "x402.limits[0].per=identity", "x402.limits[0].max-amount=$0.03", "x402.limits[0].window=1h",
                "x402.limits[0].endpoints=counter-text,counter-upfront,counter-stream", "x402.limits[1].name=weather",
                "x402.limits[1].per=tag", "x402.limits[1].max-count=2", "x402.limits[1].window=1h",
                "x402.limits[1].tags=weather", "x402.endpoints.counter-city.tags=weather",
                "x402.endpoints.counter-scoped.tags=weather,other");
        exposures = app.bean(Exposures.class);
        app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
        exposures.down = false;
    }

    @ParameterizedTest
    @ValueSource(strings = { "/text", "/upfront", "/stream" })
    void limitWhenReachedThenRefusedUnchargedUntilTheWindowHasPassed(String path) {
        for (int i = 0; i < 3; i++) {
            assertThat(buy(path).status()).isEqualTo(200);
        }
        String fourth = payment(path);
        Answer refused = app.http().get(path, fourth);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("limit_reached");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3600, 3661);
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.json().at("/advice/retry_with").asString()).isEqualTo("later");
        assertThat(refused.json().at("/advice/retry_after").asInt())
            .isEqualTo(Integer.parseInt(refused.header("Retry-After")));
        assertThat(refused.header("PAYMENT-REQUIRED")).isNull();
        assertThat(refused.everything()).doesNotContain("spent").doesNotContain("0.03");
        assertThat(app.facilitator().settlements()).hasSize(3);
        assertThat(app.deliveries().runs()).hasSize(3);

        exposures.clock.advance(Duration.ofMinutes(62));
        assertThat(app.http().get(path, fourth).status()).isEqualTo(200);
    }

    @Test
    void limitWhenTenPayAtOnceThenExactlyThreeSettle() throws Exception {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String payment = payment("/text");
            tasks.add(() -> app.http().get("/text", payment).status());
        }
        assertThat(Together.run(tasks)).containsOnly(200, 429).filteredOn((status) -> status == 200).hasSize(3);
        assertThat(app.facilitator().settlements()).hasSize(3);
    }

    @Test
    void limitWhenPerIdentityThenCallersAreCountedApartWhateverTheyPayFrom() {
        for (int i = 0; i < 3; i++) {
            assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text")), PolicyShop.BOB).status())
                .isEqualTo(200);
        }
        assertThat(app.http().get("/text", payment("/text"), PolicyShop.BOB).status()).isEqualTo(429);
        assertThat(app.http().get("/text", payment("/text"), PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(buy("/text").status()).isEqualTo(200);
    }

    @Test
    void limitWhenPerTagThenCountsEndpointsWithTheTagTogether() {
        assertThat(app.http().get("/scoped", payment("/scoped"), PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.http().get("/cities/oslo", payment("/cities/oslo"), PolicyShop.BOB).status()).isEqualTo(200);
        assertThat(app.http().get("/scoped", payment("/scoped"), PolicyShop.ALICE).status()).isEqualTo(429);
        assertThat(app.http().get("/forecast", payment("/forecast"), PolicyShop.ALICE).status()).isEqualTo(200);
        exposures.clock.advance(Duration.ofMinutes(62));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/text", "/upfront" })
    void limitWhenNothingSettlesThenTheRoomIsGivenBack(String path) {
        for (int i = 0; i < 4; i++) {
            app.facilitator().onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", NETWORK));
            assertThat(buy(path).status()).isEqualTo(402);
            app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)));
            assertThat(buy(path).status()).isEqualTo(503);
        }
        assertFull(path, 3);
    }

    @Test
    void limitWhenTheHandlerFailsThenTheRoomIsGivenBack() {
        for (int i = 0; i < 4; i++) {
            app.deliveries().onNext(() -> {
                throw new IllegalStateException("no delivery");
            });
            assertThat(buy("/text").status()).isEqualTo(500);
        }
        assertFull("/text", 3);
    }

    @Test
    void limitWhenTheOutcomeIsUnknownThenCountedOnceHoweverOftenPresented() {
        SettleResponse pending = SettleResponse.failed(ReasonCode.of("settlement_pending"), "", NETWORK);
        app.facilitator().onSettle(pending).onSettle(pending).onSettle(pending).onSettle(pending);
        String payment = payment("/text");
        assertThat(app.http().get("/text", payment).status()).isEqualTo(503);
        assertThat(app.http().get("/text", payment).status()).isEqualTo(503);
        assertFull("/text", 2);
        assertThat(app.http().get("/text", payment).status()).isEqualTo(200);
        assertThat(buy("/text").status()).isEqualTo(429);
    }

    @Test
    void limitWhenTheStoreIsDownThenNothingIsSettledAndWhatItDoesNotCoverGoesOn() {
        exposures.down = true;
        String payment = payment("/text");
        Answer refused = app.http().get("/text", payment);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
        assertThat(app.http().get("/forecast", payment("/forecast")).status()).isEqualTo(200);
        exposures.down = false;
        assertThat(app.http().get("/text", payment).status()).isEqualTo(200);
    }

    @Test
    void limitWhenTheStoreGoesDownWhileTheHandlerRunsThenNothingIsSettled() {
        app.deliveries().onNext(() -> exposures.down = true);
        String payment = payment("/text");
        assertThat(app.http().get("/text", payment).status()).isEqualTo(503);
        assertThat(app.facilitator().settlements()).isEmpty();
        exposures.down = false;
        assertThat(app.http().get("/text", payment).status()).isEqualTo(200);
    }

    private void assertFull(String path, int left) {
        for (int i = 0; i < left; i++) {
            assertThat(buy(path).status()).isEqualTo(200);
        }
        assertThat(buy(path).status()).isEqualTo(429);
    }

    private Answer buy(String path) {
        return app.http().get(path, payment(path));
    }

    private String payment(String path) {
        return PaidApp.signature(this.wallet.pay(app.terms(path), Instant.now()));
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Configuration {

        @Bean
        Exposures exposures() {
            return new Exposures();
        }

    }

    /**
     * Has a clock of its own, and cannot say anything while it is down.
     */
    static final class Exposures implements ExposureLedger {

        private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

        private final ExposureLedger delegate = new InMemoryLedgers(this.clock, 1000).exposures();

        private volatile boolean down;

        @Override
        public ExposureResult reserve(List<Exposure> exposures) {
            failIfDown();
            return this.delegate.reserve(exposures);
        }

        @Override
        public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
            failIfDown();
            return this.delegate.commit(reservation);
        }

        @Override
        public void giveBack(ExposureResult.Reserved reservation) {
            this.delegate.giveBack(reservation);
        }

        private void failIfDown() {
            if (this.down) {
                throw new LedgerException("down", null);
            }
        }

    }

}
