package io.github.x402spring.decision;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class PolicyObligationTests {

    @Test
    void attributesWhenThePolicysMapChangesThenTheyStayInOrder() {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put("window_seconds", 60);
        attributes.put("limit", 1);
        PolicyObligation obligation = new PolicyObligation("rate_limit", attributes);
        attributes.put("limit", 1_000_000);
        assertThat(obligation.attributes()).containsExactly(Map.entry("window_seconds", 60), Map.entry("limit", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> obligation.attributes().put("limit", 1_000_000));
    }

    @Test
    void attributesWhenThePolicySaysNullThenItIsThere() {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put("level", null);
        assertThat(new PolicyObligation("log", attributes).attributes()).containsEntry("level", null);
    }

    @Test
    void constructWhenThereIsNoTypeThenFails() {
        assertThatNullPointerException().isThrownBy(() -> new PolicyObligation(null, Map.of()))
            .withMessageContaining("'type'");
    }

}
