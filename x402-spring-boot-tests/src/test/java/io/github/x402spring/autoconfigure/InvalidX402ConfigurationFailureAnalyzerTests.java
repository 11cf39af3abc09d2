package io.github.x402spring.autoconfigure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.x402spring.InvalidX402ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InvalidX402ConfigurationFailureAnalyzerTests {

    private final InvalidX402ConfigurationFailureAnalyzer analyzer = new InvalidX402ConfigurationFailureAnalyzer();

    @Test
    void analyzeWhenAnEndpointCannotWorkThenSaysWhatIsWrongAndWhatToDo() {
        InvalidX402ConfigurationException cause = new InvalidX402ConfigurationException("It has no price",
                "Set x402.price.");
        FailureAnalysis analysis = this.analyzer
            .analyze(new BeanCreationException("registry", new IllegalStateException(cause)));
        assertThat(analysis.getDescription()).isEqualTo("It has no price");
        assertThat(analysis.getAction()).isEqualTo("Set x402.price.");
        assertThat(analysis.getCause()).isSameAs(cause);
    }

    @Test
    void analyzeWhenSomethingElseFailsThenLeavesItToOthers() {
        assertThat(this.analyzer.analyze(new BeanCreationException("registry", new IllegalStateException()))).isNull();
    }

}
