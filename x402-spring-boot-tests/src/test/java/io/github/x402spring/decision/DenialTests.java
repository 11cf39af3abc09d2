package io.github.x402spring.decision;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class DenialTests {

    @Test
    void ofWhenOnlyTheReasonIsKnownThenCallersLearnNoMore() {
        assertThat(Denial.of(Reason.FORBIDDEN)).isEqualTo(new Denial(Reason.FORBIDDEN, Map.of(), null));
        assertThat(Denial.of(Reason.FORBIDDEN).required()).isEmpty();
        assertThat(Denial.of(Reason.FORBIDDEN).retryAfterSeconds()).isNull();
    }

    @Test
    void requiredWhenTheCallersMapChangesThenItStays() {
        Map<String, Object> required = new LinkedHashMap<>();
        required.put("scopes", List.of("b"));
        required.put("audience", "a");
        Denial denial = new Denial(Reason.INSUFFICIENT_SCOPE, required, null);
        required.clear();
        assertThat(denial.required()).containsExactly(Map.entry("scopes", List.of("b")), Map.entry("audience", "a"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> denial.required().clear());
    }

    @Test
    void constructWhenThereIsNoReasonThenFails() {
        assertThatNullPointerException().isThrownBy(() -> Denial.of(null)).withMessageContaining("'reason'");
    }

}
