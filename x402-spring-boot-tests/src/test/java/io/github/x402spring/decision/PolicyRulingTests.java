package io.github.x402spring.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class PolicyRulingTests {

    private static final PolicyObligation REDACT = new PolicyObligation("redact", Map.of());

    @Test
    void obligationsWhenThePolicysListChangesThenTheyStay() {
        List<PolicyObligation> obligations = new ArrayList<>(List.of(REDACT));
        PolicyRuling ruling = new PolicyRuling(true, "plan", "", obligations);
        obligations.clear();
        assertThat(ruling.obligations()).containsExactly(REDACT);
    }

    @Test
    void constructWhenTheAuditCouldNotNameItThenFails() {
        assertThatNullPointerException().isThrownBy(() -> new PolicyRuling(true, null, "", List.of()))
            .withMessageContaining("'policy'");
        assertThatNullPointerException().isThrownBy(() -> new PolicyRuling(true, "plan", null, List.of()))
            .withMessageContaining("'cause'");
    }

}
