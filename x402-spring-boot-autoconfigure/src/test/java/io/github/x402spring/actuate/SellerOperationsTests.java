package io.github.x402spring.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.gate.SettlementReview;
import io.github.x402spring.ledger.InMemoryTaskRegistry;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

@Tag("locale")
class SellerOperationsTests {

    private final SellerFixture seller = new SellerFixture();

    private final InMemoryTaskRegistry tasks = new InMemoryTaskRegistry(this.seller.clock, Duration.ofDays(1), 10);

    private final List<String> revoked = new ArrayList<>();

    private final SellerOperations operations = operations(null,
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
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(SellerOperations.class);
        logger.addAppender(log);
        try {
            this.operations.revoke("payer", "0xsecret", wanted);
        }
        finally {
            logger.detachAppender(log);
        }
        assertThat(this.revoked).containsExactly("payer 0xsecret " + wanted);
        assertThat(log.list).singleElement()
            .extracting(ILoggingEvent::getFormattedMessage)
            .asString()
            .startsWith(wanted ? "Something was revoked" : "A revocation was taken back")
            .endsWith("payer")
            .doesNotContain("0xsecret");
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
        assertThat(operations(() -> begun, this.operations.revocations()).reconcile()).isEqualTo(begun);
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
    void endWhenTheRegistryIsDownThenFailsAndDoesNotSayItWasEnded() throws LedgerException {
        TaskRegistry down = mock(TaskRegistry.class);
        willThrow(new LedgerException("down", null)).given(down).end(any());
        SellerOperations operations = new SellerOperations(this.seller.intake, () -> this.seller.endpoints, down, null,
                this.operations.revocations());
        assertThatIllegalStateException().isThrownBy(() -> operations.end("t1", "ann", null))
            .withMessage("The task could not be ended");
    }

    private SellerOperations operations(SettlementReview review, Revocations revocations) {
        return new SellerOperations(this.seller.intake, () -> this.seller.endpoints, this.tasks, review, revocations);
    }

    private static void assertInvalid(Runnable operation, String message) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(operation::run)
            .withMessageContaining(message)
            .withMessageNotContaining("<b>");
    }

}
