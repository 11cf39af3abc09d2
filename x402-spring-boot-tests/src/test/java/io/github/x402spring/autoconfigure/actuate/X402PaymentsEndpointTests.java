package io.github.x402spring.autoconfigure.actuate;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;

import io.github.x402spring.MutableClock;
import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.X402PaymentsEndpoint.Reconciliation;
import io.github.x402spring.autoconfigure.actuate.X402PaymentsEndpoint.ResolvedPayment;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.reconcile.Reconciler;

import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.assertInvalid;
import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.logged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class X402PaymentsEndpointTests {

    private final SellerFixture seller = new SellerFixture();

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final OperatorFixture operator = new OperatorFixture(this.clock);

    private final PaymentLedger ledger = new InMemoryLedgers(this.clock, 100).payments();

    private final Reconciler reconciler = new Reconciler(this.ledger, null, Duration.ofSeconds(30), this.clock,
            List.of());

    private final X402PaymentsEndpoint endpoint = endpoint(this.reconciler, Show.WHEN_AUTHORIZED);

    @Test
    void accessWhenNothingIsConfiguredThenOnlyToRead() {
        Endpoint annotation = X402PaymentsEndpoint.class.getAnnotation(Endpoint.class);
        assertThat(annotation.id()).isEqualTo("x402payments");
        assertThat(annotation.defaultAccess()).isEqualTo(Access.READ_ONLY);
    }

    @ParameterizedTest
    @EnumSource(value = Show.class, names = { "NEVER", "WHEN_AUTHORIZED" })
    void listWhenTheCallerIsUnknownThenValuesAreHidden(Show show) {
        this.seller.settle(1, "ann");
        assertThat(list(endpoint(null, show))).asString()
            .contains("amount=0.01")
            .doesNotContain("ann", SellerFixture.key(1).payer());
    }

    @Test
    void listWhenValuesAreAlwaysShownThenAreShown() {
        this.seller.settle(1, "ann");
        assertThat(list(endpoint(null, Show.ALWAYS))).asString().contains("ann", SellerFixture.key(1).payer());
    }

    @Test
    void listWhenTheLedgerHasNoHistoryThenNothing() {
        X402PaymentsEndpoint endpoint = new X402PaymentsEndpoint(null, null, this.operator.journal, Show.ALWAYS);
        assertThat(list(endpoint)).isNull();
        assertThat(endpoint.show("x")).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "ALWAYS,true", "WHEN_AUTHORIZED,false", "NEVER,false" })
    void showWhenValuesAreShownThenOnlyThen(Show show, boolean shown) {
        String id = this.seller.settle(1, "ann").key().reference();
        assertThat(endpoint(null, show).show(id) != null).isEqualTo(shown);
    }

    @Test
    void reconcileWhenThereIsAReviewThenBegins() {
        List<String> lines = logged(() -> assertThat(endpoint(begins(true), Show.NEVER).reconcile())
            .isEqualTo(new Reconciliation(true, null)));
        assertThat(lines).containsExactly("Operator 'root' began a reconciliation");
        assertThat(this.operator.actions).extracting(OperatorAction::action).containsExactly("reconciliation_begun");
    }

    @Test
    void reconcileWhenNothingCanTellTheOutcomeThenSaysWhatToAdd() {
        for (Reconciler reconciler : new Reconciler[] { null, begins(false) }) {
            Reconciliation reconciliation = endpoint(reconciler, Show.NEVER).reconcile();
            assertThat(reconciliation.begun()).isFalse();
            assertThat(reconciliation.reason()).contains("org.web3j:core", "x402.evm.rpc-urls", "SettlementInquiry");
        }
        assertThat(this.operator.actions).isEmpty();
    }

    @Test
    void resolveWhenThePaymentWasSettledThenItIsAndTheJournalHasWhoAndWhat() {
        PaymentKey key = unknown();
        String id = key.reference();
        String transaction = "0x" + "ab".repeat(32);
        List<String> lines = logged(() -> assertThat(this.endpoint.resolve(id, true, transaction))
            .isEqualTo(new ResolvedPayment(id, true)));
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.SETTLED);
        assertThat(lines).containsExactly("Operator 'root' ended a payment on " + key.network() + " as settled");
        assertThat(this.operator.actions).singleElement()
            .satisfies((action) -> assertThat(action.details()).isEqualTo(Map.of("network", key.network().toString(),
                    "asset", key.asset(), "payer", key.payer(), "nonce", key.nonce(), "transaction", transaction)));
    }

    @Test
    void resolveWhenThePaymentWasNotSettledThenOnlyAfterItExpired() {
        PaymentKey key = unknown();
        String id = key.reference();
        assertInvalid(() -> this.endpoint.resolve(id, false, null), "is valid until");
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
        assertThat(this.operator.actions).isEmpty();
        this.clock.advance(Duration.ofHours(1));
        this.endpoint.resolve(id, false, null);
        assertThat(this.ledger.find(key)).isEmpty();
        assertThat(this.operator.actions).extracting(OperatorAction::action).containsExactly("payment_not_settled");
        assertInvalid(() -> this.endpoint.resolve(id, false, null), "no such payment");
    }

    @ParameterizedTest
    @CsvSource({ "true,", "false,0xab" })
    void resolveWhenTheOutcomeIsNotClearThenInvalidAndNothingChanges(boolean settled, String transaction) {
        PaymentKey key = unknown();
        assertInvalid(() -> this.endpoint.resolve(key.reference(), settled, transaction), "either");
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "<b>" })
    void resolveWhenNoPaymentIsNamedThenInvalid(String id) {
        assertInvalid(() -> this.endpoint.resolve(id, false, null), "Name a payment");
        assertThat(this.operator.actions).isEmpty();
    }

    @Test
    void resolveWhenTheLedgerEndsNoPaymentsThenInvalid() {
        String id = SellerFixture.key(1).reference();
        assertInvalid(() -> endpoint(null, Show.NEVER).resolve(id, false, null), "own ledger");
    }

    private X402PaymentsEndpoint endpoint(@Nullable Reconciler reconciler, Show show) {
        return new X402PaymentsEndpoint(new PaymentsView(this.seller.history, this.seller.format), reconciler,
                this.operator.journal, show);
    }

    private static Reconciler begins(boolean begun) {
        Reconciler reconciler = mock(Reconciler.class);
        given(reconciler.begin()).willReturn(begun);
        return reconciler;
    }

    private static Object list(X402PaymentsEndpoint endpoint) {
        return endpoint.list(null, null, null, null, null, null, null, null);
    }

    private PaymentKey unknown() {
        PaymentKey key = new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x01");
        PaymentClaim claim = new PaymentClaim(key, Rail.X402,
                RequestFingerprint.of("report", "GET", "https://a.test", "", new byte[0]),
                this.clock.instant().plusSeconds(300), "report", "https://a.test",
                TestClaims.requirements(key, BigInteger.ONE, "0xc"), null, null, null);
        Reservation reservation = ((ReserveResult.Reserved) this.ledger.reserve(claim)).reservation();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
        return key;
    }

}
