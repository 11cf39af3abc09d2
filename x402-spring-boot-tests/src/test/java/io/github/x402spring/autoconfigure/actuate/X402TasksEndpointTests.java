package io.github.x402spring.autoconfigure.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.X402TasksEndpoint.EndedTask;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.assertInvalid;
import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.logged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

@Tag("locale")
class X402TasksEndpointTests {

    private final SellerFixture seller = new SellerFixture();

    private final TaskRegistry tasks = new InMemoryLedgers(this.seller.clock, 10).tasks(Duration.ofDays(1));

    private final OperatorFixture operator = new OperatorFixture(this.seller.clock);

    private final X402TasksEndpoint endpoint = new X402TasksEndpoint(this.tasks, this.operator.journal);

    @Test
    void accessWhenNothingIsConfiguredThenNone() {
        Endpoint annotation = X402TasksEndpoint.class.getAnnotation(Endpoint.class);
        assertThat(annotation.id()).isEqualTo("x402tasks");
        assertThat(annotation.defaultAccess()).isEqualTo(Access.NONE);
    }

    @Test
    void endWhenACallerIsNamedThenOnlyItsTaskIsEnded() {
        assertThat(this.endpoint.end("t1", "ann", null)).isEqualTo(new EndedTask("t1", true));
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t1"))).isTrue();
        assertThat(this.tasks.ended(TaskKey.ofPayer("ann", "t1"))).isFalse();
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t2"))).isFalse();
    }

    @Test
    void endWhenAPayerIsNamedInAnyCaseThenItsTaskIsEnded() {
        this.endpoint.end("t1", null, "0xAB");
        assertThat(this.tasks.ended(TaskKey.ofPayer("0xab", "t1"))).isTrue();
        assertThat(this.tasks.ended(TaskKey.ofCaller("0xab", "t1"))).isFalse();
    }

    @Test
    void endWhenDoneThenTheJournalHasWhoAndWhatAndTheLogNoCaller() {
        List<String> lines = logged(() -> this.endpoint.end("t1", "ann", null));
        assertThat(lines).containsExactly("Operator 'root' ended a task");
        assertThat(this.operator.actions).singleElement().satisfies((action) -> {
            assertThat(action.action()).isEqualTo("task_ended");
            assertThat(action.details()).isEqualTo(Map.of("task", "t1", "caller", "ann"));
        });
    }

    @ParameterizedTest
    @CsvSource({ "ann,0xab", "," })
    void endWhenItIsNotClearWhoseTaskThenInvalidAndNoneIsEnded(String caller, String payer) {
        assertInvalid(() -> this.endpoint.end("t1", caller, payer), "either 'caller' or 'payer'");
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t1"))).isFalse();
        assertThat(this.tasks.ended(TaskKey.ofPayer("0xab", "t1"))).isFalse();
        assertThat(this.operator.actions).isEmpty();
    }

    @Test
    void endWhenTheRegistryIsDownThenFailsAndDoesNotSayItWasEnded() {
        TaskRegistry down = mock(TaskRegistry.class);
        willThrow(new LedgerException("down", null)).given(down).end(any());
        X402TasksEndpoint endpoint = new X402TasksEndpoint(down, this.operator.journal);
        assertThatIllegalStateException().isThrownBy(() -> endpoint.end("t1", "ann", null))
            .withMessage("The task could not be ended");
        assertThat(this.operator.actions).isEmpty();
    }

}
