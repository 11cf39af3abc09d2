package io.github.x402spring.e2e;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.MutableClock;
import io.github.x402spring.asset.Price;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.reconcile.UnknownPaymentEnded;
import io.github.x402spring.reconcile.UnknownPaymentListener;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Leaves payments of unknown outcome behind, with nothing that could tell their outcome
 * but another attempt.
 */
@Tag("waiting")
class EveryUnknownEndsTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final SettleResponse UNDECIDED = SettleResponse.failed(ReasonCode.of("transaction_failed"), "",
            NETWORK);

    private static final int THROWN_AWAY = 5_000;

    @Test
    void payWhenThePriceChangesWhileUnknownThenServedForTheOldPriceAndChargedOnce() {
        try (PaidApp app = PaidApp
            .start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, ChangingPrice.class))) {
            String payment = PaidApp.signature(app.pay("/a"));
            app.facilitator().onSettle(UNDECIDED);
            assertUnknown(app.http().get("/a", payment));
            app.bean(ChangingPrice.class).price = "$0.02";
            assertThat(app.terms("/a").amount().toString()).isEqualTo("20000");
            assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
            assertThat(app.facilitator().settlements()).extracting((call) -> call.requirements().amount().toString())
                .containsExactly("10000", "10000");
            Answer again = app.http().get("/a", payment);
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.json().at("/payment/charged").asString()).isEqualTo("yes");
            assertThat(app.http().get("/b", payment).reason()).isEqualTo("request_mismatch");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "invalid_exact_evm_nonce_already_used", "permit2_invalid_nonce" })
    void payWhenTheLedgerWasLostThenNotAskedToSignAgain(String reason) {
        String payment;
        try (PaidApp app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class))) {
            payment = PaidApp.signature(app.pay("/a"));
            assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        }
        try (PaidApp restarted = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class),
                "x402.resource-base-url=http://localhost:1")) {
            PaymentRequirements terms = restarted.terms("/a");
            String again = PaidApp.signature(PaidApp.WALLET.pay(terms, Instant.now()));
            restarted.facilitator().onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
            assertFinal(restarted.http().get("/a", again));
            assertThat(restarted.facilitator().settlements()).isEmpty();
            assertThat(restarted.http().get("/a").status()).isEqualTo(402);
        }
    }

    @Test
    void payWhenNothingTellsTheOutcomeThenUnresolvedTenMinutesAfterItExpired() throws Exception {
        try (PaidApp app = PaidApp
            .start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, MovableTime.class, Endings.class))) {
            stopReconciling(app);
            PaymentDraft payment = PaidApp.WALLET.pay(app.terms("/a"), app.bean(MutableClock.class).instant());
            app.facilitator().onSettle(UNDECIDED);
            assertUnknown(app.http().get("/a", PaidApp.signature(payment)));
            app.bean(MutableClock.class).advance(Duration.ofMinutes(5));
            app.facilitator().onSettle(UNDECIDED);
            assertUnknown(app.http().get("/a", PaidApp.signature(payment)));
            assertThat(app.facilitator().settlements()).hasSize(2);
            app.bean(MutableClock.class).advance(Duration.ofMinutes(10));
            assertUnknown(app.http().get("/a", PaidApp.signature(payment)));
            assertThat(app.facilitator().settlements()).hasSize(2);
            reconcile(app);
            assertFinal(app.http().get("/a", PaidApp.signature(payment)));
            assertThat(app.http().get("/a").status()).isEqualTo(402);
            assertThat(app.bean(Endings.class).states).containsExactly(PaymentState.UNRESOLVED);
            assertThat(health(app)).isEqualTo(Status.UP);
            assertThat(listed(app, PaymentState.UNRESOLVED)).isOne();
            assertThat(app.bean(PaymentHistory.class).unknown().count()).isZero();
        }
    }

    @Test
    void payWhenThreeOfThePayersAreUnknownThenHasToWaitUntilOneEnds() {
        try (PaidApp app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class))) {
            List<String> payments = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                app.facilitator().onSettle(UNDECIDED);
                String payment = PaidApp.signature(app.pay("/a"));
                assertUnknown(app.http().get("/a", payment));
                payments.add(payment);
            }
            Answer refused = app.http().get("/a", PaidApp.signature(app.pay("/a")));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(app.http().get("/a", payments.get(1)).status()).isEqualTo(200);
            assertThat(app.http().get("/a", PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
        }
    }

    @Test
    void payWhenThousandsOfWalletsAreThrownAwayThenHonestPayersAreServedAndEveryUnknownEnds() throws Exception {
        try (PaidApp app = PaidApp.start(List.of(Shop.class, MovableTime.class, Endings.class, PoorWallets.class),
                "server.forward-headers-strategy=native", "x402.payments.failed.per-payer=20")) {
            stopReconciling(app);
            PaymentRequirements terms = app.terms("/a");
            Instant now = app.bean(MutableClock.class).instant();
            int honest = 0;
            int served = 0;
            for (int i = 0; i < THROWN_AWAY; i++) {
                TestWallet wallet = TestWallet.named(String.valueOf(1_000 + i));
                app.bean(PoorWallets.class).poor.add(wallet.address().toLowerCase(Locale.ROOT));
                assertUnknown(app.http()
                    .get("/a", PaidApp.signature(wallet.pay(terms, now)),
                            "X-Forwarded-For: 198.%d.%d.%d".formatted(18 + i / 40_000, i / 200 % 256, i % 200)));
                if (i % 10 == 0) {
                    honest++;
                    TestWallet payer = TestWallet.named(String.valueOf(100_000 + i));
                    served += (app.http()
                        .get("/a", PaidApp.signature(payer.pay(terms, now)), "X-Forwarded-For: 203.0.113." + i % 200)
                        .status() == 200) ? 1 : 0;
                }
            }
            PaymentLedger ledger = app.bean(PaymentLedger.class);
            assertThat(served).isGreaterThanOrEqualTo(honest * 99 / 100);
            assertThat(ledger.size()).isLessThan(ledger.capacity());
            app.bean(MutableClock.class).advance(Duration.ofMinutes(15));
            reconcile(app);
            assertThat(health(app)).isEqualTo(Status.UP);
            assertThat(app.bean(Endings.class).states).hasSize(THROWN_AWAY).containsOnly(PaymentState.UNRESOLVED);
        }
    }

    /** The test does what the application does now and then. */
    private static void stopReconciling(PaidApp app) {
        app.stopMaintenance();
    }

    private static void reconcile(PaidApp app) throws Exception {
        new Reconciler(app.bean(PaymentLedger.class), null, Duration.ofSeconds(30), app.bean(Clock.class),
                List.of(app.bean(Endings.class).endings()))
            .reconcile();
    }

    private static Status health(PaidApp app) {
        HealthIndicator indicator = (HealthIndicator) app.bean(HealthContributorRegistry.class).getContributor("x402");
        return Objects.requireNonNull(indicator.health()).getStatus();
    }

    private static long listed(PaidApp app, PaymentState state) throws Exception {
        PaymentCursor start = null;
        return app.bean(PaymentHistory.class)
            .payments(new PaymentFilter(null, state, null, null, null, null), start, 10)
            .payments()
            .size();
    }

    private static void assertUnknown(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("same_payment");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
    }

    private static void assertFinal(Answer answer) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo("payment_already_used");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("never");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    static class ChangingPrice {

        private volatile String price = "$0.01";

        @Bean
        PriceResolver prices() {
            return (request) -> Price.parse(this.price);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Endings {

        private final List<PaymentState> states = new CopyOnWriteArrayList<>();

        @Bean
        UnknownPaymentListener endings() {
            return (payment, conclusion) -> this.states.add(UnknownPaymentEnded.of(payment, conclusion).state());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class PoorWallets {

        private final Set<String> poor = ConcurrentHashMap.newKeySet();

        @Bean
        Facilitator facilitator() {
            return new Facilitator() {

                @Override
                public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements,
                        ResourceInfo resource) {
                    return VerifyResponse.valid(null);
                }

                @Override
                public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements,
                        ResourceInfo resource) {
                    Map<?, ?> authorization = (Map<?, ?>) Objects
                        .requireNonNull(payload.payload().get("authorization"));
                    String payer = String.valueOf(authorization.get("from")).toLowerCase(Locale.ROOT);
                    return PoorWallets.this.poor.contains(payer) ? UNDECIDED
                            : SettleResponse.settled(null, FakeFacilitator.TRANSACTION, requirements.network());
                }

                @Override
                public List<SupportedKind> supported() {
                    return List.of(new SupportedKind(2, "exact", "eip155:*"));
                }

            };
        }

    }

}
