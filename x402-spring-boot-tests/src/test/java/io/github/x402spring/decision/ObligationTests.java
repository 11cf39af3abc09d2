package io.github.x402spring.decision;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.decision.Obligation.Level;
import io.github.x402spring.decision.Obligation.Type;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ObligationTests {

    @ParameterizedTest
    @CsvSource({ "PAY, MUST, pay, must", "AUTHENTICATE, SHOULD, authenticate, should", "STEP_UP, MUST, step_up, must",
            "BIND_PAYER, MUST, bind_payer, must", "RETRY_SAME_PAYMENT, SHOULD, retry_same_payment, should",
            "REDUCE_SCOPE, MUST, reduce_scope, must", "WAIT, MUST, wait, must" })
    void toMapWhenSentThenInTheWordsOfTheWire(Type type, Level level, String wireType, String wireLevel) {
        assertThat(new Obligation(type, level, "Do it.").toMap()).containsExactly(Map.entry("type", wireType),
                Map.entry("level", wireLevel), Map.entry("message", "Do it."));
    }

}
