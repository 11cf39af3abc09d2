package io.github.x402spring.observation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorObservationContextTests {

    private final FacilitatorObservationContext context = new FacilitatorObservationContext(X402Observation.SETTLE,
            ObservationFixture.TERMS, "USDC", "http");

    @Test
    void createWhenUnderWayThenHasNoOutcomeAndNoTransaction() {
        assertThat(this.context.getOutcome()).isEqualTo("none");
        assertThat(this.context.getTransaction()).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({ "0,false", "1,true", "66,true", "256,true", "257,false", "1000000,false" })
    void transactionWhenLongerThanThatOfAnyChainThenIsNotTaken(int length, boolean taken) {
        String transaction = "a".repeat(length);
        this.context.setTransaction(transaction);
        assertThat(this.context.getTransaction()).isEqualTo(taken ? transaction : "none");
    }

}
