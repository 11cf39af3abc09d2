package io.github.x402spring.test.chain;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.Mockito.mock;

class LocalChainExtensionTests {

    private final ExtensionContext context = mock(ExtensionContext.class);

    @TempDir
    private Path empty;

    @Test
    void evaluateWhenThereIsNoAnvilThenDisabledWithTheSearchAndTheRemedy() {
        ConditionEvaluationResult result = new LocalChainExtension(nothing(), false)
            .evaluateExecutionCondition(this.context);
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).get()
            .asString()
            .contains("x402.anvil", "ANVIL", "the PATH", "~/.foundry/bin", "~/.cache/x402", "node_modules/@foundry-rs",
                    "https://getfoundry.sh");
    }

    @Test
    void evaluateWhenTheChainIsRequiredThenEnabledAndTheClassFails() {
        LocalChainExtension extension = new LocalChainExtension(nothing(), true);
        assertThat(extension.evaluateExecutionCondition(this.context).isDisabled()).isFalse();
        assertThatExceptionOfType(LocalNodeException.class).isThrownBy(() -> extension.beforeAll(this.context))
            .withMessageContaining("There is no anvil");
    }

    @Test
    void evaluateWhenThereIsAnvilThenEnabled() {
        Path program = Path.of(ProcessHandle.current().info().command().orElseThrow());
        AnvilSearch search = new AnvilSearch(Map.of("x402.anvil", program.toString()), Map.of(), this.empty);
        LocalChainExtension extension = new LocalChainExtension(search, false);
        assertThat(extension.evaluateExecutionCondition(this.context).isDisabled()).isFalse();
        assertThatNoException().isThrownBy(() -> extension.beforeAll(this.context));
    }

    private AnvilSearch nothing() {
        return new AnvilSearch(Map.of("user.home", this.empty.toString()), Map.of(), this.empty);
    }

}
