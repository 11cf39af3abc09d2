package io.github.x402spring.actuate;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.MutableClock;
import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.operator.OperatorJournal;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.reconcile.Reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

@Tag("locale")
class SellerOperationsTests {

    private final SellerFixture seller = new SellerFixture();

    private final TaskRegistry tasks = new InMemoryLedgers(this.seller.clock, 10).tasks(Duration.ofDays(1));

    private final List<String> revoked = new ArrayList<>();

    private final List<OperatorAction> actions = new ArrayList<>();

    private @Nullable String operator = "root";

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final OperatorJournal journal = new OperatorJournal(() -> this.operator, List.of((action) -> {
        throw new IllegalStateException("broken");
    }, this.actions::add), this.clock);

    private final PaymentLedger ledger = new InMemoryLedgers(this.clock, 100).payments();

    private final Reconciler reconciler = new Reconciler(this.ledger, null, Duration.ofSeconds(30), this.clock,
            List.of());

    private final SellerOperations operations = operations(this.reconciler,
            (kind, id, revoked) -> this.revoked.add(kind + " " + id + " " + revoked));

    @Test
    void pauseWhenTheEndpointIsKnownThenTakesNoPaymentsUntilItIsTakenBack() {
        this.operations.pause("report", true);
        assertThat(this.seller.intake.accepting("report")).isFalse();
        assertThat(this.seller.intake.accepting("forecast")).isTrue();
        this.operations.pause("report", false);
        assertThat(this.seller.intake.accepting("report")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "reports,true", "Report,true", "'',true", "report," })
    void pauseWhenNoEndpointOrNoWishIsNamedThenInvalidAndNothingChanges(String endpoint, Boolean paused) {
        assertInvalid(() -> this.operations.pause(endpoint, paused), "Name a paid endpoint");
        assertThat(this.seller.intake.paused(endpoint)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void revokeWhenAllIsSaidThenIsChangedAndTheValueIsNotLogged(boolean wanted) {
        List<String> lines = logged(() -> this.operations.revoke("payer", "0xsecret", wanted));
        assertThat(this.revoked).containsExactly("payer 0xsecret " + wanted);
        assertThat(lines).containsExactly(wanted ? "Operator 'root' revoked a right to buy: payer"
                : "Operator 'root' took back a revocation: payer");
        assertThat(this.actions).singleElement().satisfies((action) -> {
            assertThat(action.operator()).isEqualTo("root");
            assertThat(action.action()).isEqualTo(wanted ? "revoked" : "revocation_taken_back");
            assertThat(action.details()).isEqualTo(Map.of("kind", "payer", "value", "0xsecret"));
        });
    }

    @Test
    void operationWhenItIsDoneThenTheJournalSaysWhoDidWhat() {
        SellerOperations operations = operations(reconciler(true), this.operations.revocations());
        List<String> lines = logged(() -> {
            operations.accept(false);
            operations.accept(true);
            operations.pause("report", true);
            operations.pause("report", false);
            operations.revoke("identity", "ann", true);
            operations.reconcile();
            operations.end("t1", "ann", null);
        });
        assertThat(lines).containsExactly("Operator 'root' has all payments refused",
                "Operator 'root' has payments taken", "Operator 'root' paused endpoint report",
                "Operator 'root' resumed endpoint report", "Operator 'root' revoked a right to buy: identity",
                "Operator 'root' began a reconciliation", "Operator 'root' ended a task");
        assertThat(this.actions).extracting(OperatorAction::action)
            .containsExactly("payments_refused", "payments_accepted", "endpoint_paused", "endpoint_resumed", "revoked",
                    "reconciliation_begun", "task_ended");
        assertThat(this.actions).extracting(OperatorAction::operator).containsOnly("root");
        assertThat(this.actions.get(6).details()).isEqualTo(Map.of("task", "t1", "caller", "ann"));
    }

    @Test
    void operationWhenNothingIsDoneThenTheJournalSaysNothing() {
        assertInvalid(() -> this.operations.pause("nothing", true), "paid endpoint");
        this.operations.reconcile();
        assertInvalid(() -> this.operations.resolve("x", false, null), "Name a payment");
        assertThat(this.actions).isEmpty();
    }

    @Test
    void operationWhenTheOperatorIsUnknownOrOddThenTheLineIsOneLine() {
        this.operator = null;
        assertThat(logged(() -> this.operations.accept(false)))
            .containsExactly("Operator 'unknown' has all payments refused");
        this.operator = "a\r\nb'" + "c ".repeat(1000);
        assertThat(logged(() -> this.operations.accept(true))).singleElement()
            .asString()
            .startsWith("Operator 'a\\u000d\\u000ab\\u0027c")
            .hasSizeLessThan(200);
        assertThat(this.actions.get(1).operator()).isEqualTo(this.operator);
    }

    @Test
    void resolveWhenThePaymentWasSettledThenItIsAndTheJournalHasWhoAndWhat() {
        PaymentKey key = unknown();
        String transaction = "0x" + "ab".repeat(32);
        List<String> lines = logged(() -> this.operations.resolve(key.reference(), true, transaction));
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.SETTLED);
        assertThat(lines).containsExactly("Operator 'root' ended a payment on " + key.network() + " as settled");
        assertThat(this.actions).singleElement()
            .satisfies((action) -> assertThat(action.details()).isEqualTo(Map.of("network", key.network().toString(),
                    "asset", key.asset(), "payer", key.payer(), "nonce", key.nonce(), "transaction", transaction)));
    }

    @Test
    void resolveWhenThePaymentWasNotSettledThenOnlyAfterItExpired() {
        PaymentKey key = unknown();
        String id = key.reference();
        assertInvalid(() -> this.operations.resolve(id, false, null), "is valid until");
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
        assertThat(this.actions).isEmpty();
        this.clock.advance(Duration.ofHours(1));
        this.operations.resolve(id, false, null);
        assertThat(this.ledger.find(key)).isEmpty();
        assertThat(this.actions).extracting(OperatorAction::action).containsExactly("payment_not_settled");
        assertInvalid(() -> this.operations.resolve(id, false, null), "no such payment");
    }

    @ParameterizedTest
    @CsvSource({ ",", "true,", "false,0xab", ",0xab" })
    void resolveWhenItIsNotClearWhatHappenedThenInvalidAndNothingChanges(Boolean settled, String transaction) {
        PaymentKey key = unknown();
        assertInvalid(() -> this.operations.resolve(key.reference(), settled, transaction), "either");
        assertThat(this.ledger.find(key).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
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

    private static List<String> logged(Runnable operation) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(OperatorJournal.class);
        logger.addAppender(log);
        try {
            operation.run();
        }
        finally {
            logger.detachAppender(log);
        }
        return log.list.stream()
            .filter((event) -> event.getLevel() == Level.INFO)
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    }

    @ParameterizedTest
    @CsvSource({ ",true", "'',true", "' ',false", "ann," })
    void revokeWhenSomethingIsLeftOpenThenInvalidAndNothingChanges(String value, Boolean wanted) {
        assertInvalid(() -> this.operations.revoke("identity", value, wanted), "what is revoked");
        assertThat(this.revoked).isEmpty();
    }

    @Test
    void revokeWhenThereIsNothingOfThisKindThenInvalid() {
        SellerOperations operations = operations(null, (kind, id, revoked) -> {
            throw new IllegalArgumentException("No enum constant " + kind);
        });
        assertInvalid(() -> operations.revoke("<b>", "ann", true), "identity, payer or delegation");
    }

    @Test
    void revokeWhenRevocationsAreMadeElsewhereThenInvalid() {
        SellerOperations operations = operations(null, (kind, id, revoked) -> {
            throw new UnsupportedOperationException();
        });
        assertInvalid(() -> operations.revoke("identity", "ann", true), "registry takes no revocations");
    }

    @Test
    void reconcileWhenNobodyReviewsThenNothingIsBegun() {
        assertThat(this.operations.reconcile()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void reconcileWhenThereIsAReviewThenSaysWhatItSays(boolean begun) {
        assertThat(operations(reconciler(begun), this.operations.revocations()).reconcile()).isEqualTo(begun);
    }

    @Test
    void endWhenACallerIsNamedThenOnlyItsTaskIsEnded() {
        this.operations.end("t1", "ann", null);
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t1"))).isTrue();
        assertThat(this.tasks.ended(TaskKey.ofPayer("ann", "t1"))).isFalse();
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t2"))).isFalse();
    }

    @Test
    void endWhenAPayerIsNamedInAnyCaseThenItsTaskIsEnded() {
        this.operations.end("t1", null, "0xAB");
        assertThat(this.tasks.ended(TaskKey.ofPayer("0xab", "t1"))).isTrue();
        assertThat(this.tasks.ended(TaskKey.ofCaller("0xab", "t1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "ann,0xab", "," })
    void endWhenItIsNotClearWhoseTaskThenInvalidAndNoneIsEnded(String caller, String payer) {
        assertInvalid(() -> this.operations.end("t1", caller, payer), "either 'caller' or 'payer'");
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t1"))).isFalse();
        assertThat(this.tasks.ended(TaskKey.ofPayer("0xab", "t1"))).isFalse();
    }

    @Test
    void endWhenTheRegistryIsDownThenFailsAndDoesNotSayItWasEnded() {
        TaskRegistry down = mock(TaskRegistry.class);
        willThrow(new LedgerException("down", null)).given(down).end(any());
        SellerOperations operations = new SellerOperations(this.seller.intake, () -> this.seller.endpoints, down, null,
                this.operations.revocations(), this.journal);
        assertThatIllegalStateException().isThrownBy(() -> operations.end("t1", "ann", null))
            .withMessage("The task could not be ended");
    }

    private static Reconciler reconciler(boolean begins) {
        Reconciler reconciler = mock(Reconciler.class);
        given(reconciler.begin()).willReturn(begins);
        return reconciler;
    }

    private SellerOperations operations(Reconciler reconciler, Revocations revocations) {
        return new SellerOperations(this.seller.intake, () -> this.seller.endpoints, this.tasks, reconciler,
                revocations, this.journal);
    }

    private static void assertInvalid(Runnable operation, String message) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(operation::run)
            .withMessageContaining(message)
            .withMessageNotContaining("<b>");
    }

}
