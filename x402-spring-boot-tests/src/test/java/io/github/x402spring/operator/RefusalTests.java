package io.github.x402spring.operator;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

class RefusalTests {

    @ParameterizedTest
    @CsvSource({ "0, 0", "499, 499", "500, 500", "501, 500", "100000, 500" })
    void createWhenRuleOrCallerIsLongThenIsCut(int length, int kept) {
        Refusal refusal = refusal("r".repeat(length), "c".repeat(length));
        assertThat(refusal.rule()).isEqualTo("r".repeat(kept));
        assertThat(refusal.caller()).isEqualTo("c".repeat(kept));
    }

    @Test
    void createWhenNobodyKnowsTheCallerThenItHasNone() {
        assertThat(refusal("", null).caller()).isNull();
    }

    private static Refusal refusal(String rule, String caller) {
        return new Refusal(Instant.EPOCH, "report", Reason.FORBIDDEN, rule, null, caller, null);
    }

}
