package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.github.x402spring.MutableClock;
import io.github.x402spring.autoconfigure.ledger.SettlementChecks;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.evm.SettlementEvent;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.reconcile.SettlementListener;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells through a facilitator over HTTP that reports settlements which are not there,
 * beside a node of the chain.
 */
@LocalChain
class ReportedSettlementTests {

    private static final String NETWORK = "eip155:84532";

    private static final BigInteger PRICE = BigInteger.valueOf(10_000);

    private static LocalNode chain;

    private static HostileFacilitatorServer facilitator;

    @BeforeEach
    void start() {
        chain = LocalNode.start();
        facilitator = HostileFacilitatorServer.start();
    }

    @AfterEach
    void stop() {
        facilitator.close();
        chain.close();
    }

    @ParameterizedTest
    @EnumSource
    void facilitatorWhenItReportsWhatIsNotThereThenAnErrorAnEventAndAMismatchInTheLedger(Lie lie) throws Exception {
        try (PaidApp app = open("x402.ledger.type=memory"); CapturedLog log = CapturedLog.begin()) {
            TestWallet wallet = TestWallet.create();
            Sale sale = sell(app, wallet, lie.transaction(wallet, app.terms("/a")));
            lookUntilExpired(app);
            assertMismatch(app, sale);
            assertThat(log.warnings()).filteredOn((line) -> line.contains("as a settlement"))
                .singleElement()
                .asString()
                .contains(sale.transaction())
                .doesNotContainIgnoringCase(wallet.address());
        }
    }

    @Test
    void facilitatorWhenItReportsWhatIsNotThereThenTheDatabaseHasTheMismatch() throws Exception {
        try (PaidApp app = open("x402.ledger.type=jdbc", "spring.datasource.url=jdbc:h2:mem:reported-settlements")) {
            TestWallet wallet = TestWallet.create();
            Sale sale = sell(app, wallet, Lie.REVERTED.transaction(wallet, app.terms("/a")));
            lookUntilExpired(app);
            assertMismatch(app, sale);
        }
    }

    @ParameterizedTest
    @CsvSource({ "false", "true" })
    void facilitatorWhenTheMoneyIsThereThenNothingIsSaid(boolean anotherTransactionIsNamed) throws Exception {
        try (PaidApp app = open("x402.ledger.type=memory"); CapturedLog log = CapturedLog.begin()) {
            TestWallet wallet = TestWallet.create();
            chain.mint(ChainShop.address(wallet), PRICE);
            PaymentRequirements terms = app.terms("/a");
            PaymentDraft payment = wallet.pay(terms, chain.time());
            Sale sale = sell(app, wallet, payment, () -> {
                chain.advance(Duration.ofSeconds(2));
                String transfer = submit(payment);
                return anotherTransactionIsNamed ? Lie.REVERTED.transaction(wallet, terms) : transfer;
            });
            lookUntilExpired(app);
            assertThat(SettlementChecks.mismatches(app.bean(SettlementListener.class))).isZero();
            assertThat(SettlementChecks.unchecked(app.bean(SettlementListener.class))).isZero();
            assertThat(app.bean(Heard.class).events).isEmpty();
            assertThat(log.warnings()).noneMatch((line) -> line.contains("as a settlement"));
            assertThat(health(app).getStatus()).isEqualTo(Status.UP);
            assertThat(app.bean(PaymentHistory.class).events(sale.key())).extracting(PaymentEvent::type)
                .doesNotContain("MISMATCH");
        }
    }

    @Test
    void facilitatorWhenNoNodeRepliesThenNothingIsSaid() throws Exception {
        try (PaidApp app = open("x402.ledger.type=memory", "x402.evm.rpc-urls=http://127.0.0.1:1")) {
            TestWallet wallet = TestWallet.create();
            sell(app, wallet, Lie.UNKNOWN.transaction(wallet, app.terms("/a")));
            lookUntilExpired(app);
            assertThat(SettlementChecks.mismatches(app.bean(SettlementListener.class))).isZero();
            assertThat(app.bean(Heard.class).events).isEmpty();
        }
    }

    private static PaidApp open(String... properties) {
        List<String> all = new ArrayList<>(List.of("x402.facilitator.url=" + facilitator.url(),
                "x402.evm.rpc-urls=" + chain.rpcUrl(), "x402.asset=TEST", "x402.assets.TEST.network=base-sepolia",
                "x402.assets.TEST.address=" + chain.token(), "x402.assets.TEST.name=USDC",
                "x402.assets.TEST.decimals=6"));
        all.addAll(List.of(properties));
        PaidApp app = PaidApp.start(List.of(Shop.class, MovableTime.class, Heard.class), all.toArray(String[]::new));
        app.stopMaintenance();
        return app;
    }

    private static Sale sell(PaidApp app, TestWallet wallet, String transaction) {
        return sell(app, wallet, wallet.pay(app.terms("/a"), chain.time()), () -> transaction);
    }

    private static Sale sell(PaidApp app, TestWallet wallet, PaymentDraft payment, Supplier<String> settlement) {
        facilitator.on("/verify", HostileFacilitatorServer.valid(wallet.address()));
        facilitator.on("/settle",
                HostileFacilitatorServer.json((request) -> "{\"success\":true,\"payer\":\"" + wallet.address()
                        + "\",\"transaction\":\"" + settlement.get() + "\",\"network\":\"" + NETWORK + "\"}"));
        Answer answer = app.http().get("/a", PaidApp.signature(payment));
        assertThat(answer.status()).isEqualTo(200);
        String transaction = String.valueOf(PaidApp.receipt(answer).get("transaction"));
        Map<?, ?> signed = (Map<?, ?>) payment.schemePayload().get("authorization");
        return new Sale(new PaymentKey(Network.parse(NETWORK), chain.token().value(), wallet.address(),
                String.valueOf(signed.get("nonce"))), transaction);
    }

    private static void lookUntilExpired(PaidApp app) {
        for (int i = 0; i < 8; i++) {
            chain.advance(Duration.ofMinutes(1));
            chain.mine(1);
            app.bean(MutableClock.class).advance(Duration.ofMinutes(1));
            SettlementChecks.look(app.bean(SettlementListener.class));
        }
        for (int i = 0; i < 3; i++) {
            app.bean(MutableClock.class).advance(Duration.ofMinutes(1));
            SettlementChecks.look(app.bean(SettlementListener.class));
        }
    }

    private static void assertMismatch(PaidApp app, Sale sale) throws Exception {
        assertThat(SettlementChecks.mismatches(app.bean(SettlementListener.class))).isEqualTo(1);
        assertThat(app.bean(Heard.class).events).containsExactly(new SettlementEvent(SettlementEvent.Kind.MISMATCH,
                sale.key().network(), sale.key().asset(), sale.key().payer(), sale.key().nonce(), sale.transaction()));
        PaymentHistory history = app.bean(PaymentHistory.class);
        assertThat(history.find(sale.key()).orElseThrow().state()).isEqualTo(PaymentState.SETTLED);
        assertThat(history.events(sale.key()))
            .filteredOn((event) -> event.type().equals("MISMATCH") && sale.transaction().equals(event.transaction()))
            .hasSize(1);
        assertThat(health(app).getStatus()).isEqualTo(new Status("DEGRADED"));
        assertThat(health(app).getDetails()).containsEntry("mismatchedSettlements", 1L);
    }

    private static Health health(PaidApp app) {
        return ((HealthIndicator) app.bean(HealthContributorRegistry.class).getContributor("x402")).health();
    }

    private static String submit(PaymentDraft payment) {
        return chain.submit(chain.token(), ChainShop.calldata(payment));
    }

    private record Sale(PaymentKey key, String transaction) {
    }

    /**
     * Transactions that are no settlement of the payment that they are named for.
     */
    private enum Lie {

        /** As the reference facilitator does. */
        REVERTED {

            @Override
            String transaction(TestWallet wallet, PaymentRequirements terms) {
                return submit(TestWallet.create().pay(terms, chain.time()));
            }

        },

        OTHER_PAYMENT_OF_THE_PAYER {

            @Override
            String transaction(TestWallet wallet, PaymentRequirements terms) {
                chain.mint(ChainShop.address(wallet), PRICE);
                return submit(wallet.pay(terms, chain.time()));
            }

        },

        PAYMENT_OF_ANOTHER_PAYER {

            @Override
            String transaction(TestWallet wallet, PaymentRequirements terms) {
                return OTHER_PAYMENT_OF_THE_PAYER.transaction(TestWallet.create(), terms);
            }

        },

        UNKNOWN {

            @Override
            String transaction(TestWallet wallet, PaymentRequirements terms) {
                return TestWallet.randomNonce();
            }

        };

        abstract String transaction(TestWallet wallet, PaymentRequirements terms);

    }

    @Configuration(proxyBeanMethods = false)
    static class Heard {

        private final List<SettlementEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void hear(SettlementEvent event) {
            this.events.add(event);
        }

    }

}
