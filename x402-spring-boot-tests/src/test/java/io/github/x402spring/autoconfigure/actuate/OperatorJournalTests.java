package io.github.x402spring.autoconfigure.actuate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.x402spring.LogLines;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.operator.OperatorListener;

import static org.assertj.core.api.Assertions.assertThat;

class OperatorJournalTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Map<String, String> DETAILS = Map.of("endpoint", "report");

    @RegisterExtension
    private final LogLines log = LogLines.of(OperatorJournal.class);

    private final List<OperatorAction> heard = new ArrayList<>();

    @Test
    void recordWhenTheOperatorIsKnownThenTheLogAndListenersHaveWhoAndWhat() {
        journal("ann").record("endpoint_paused", "paused endpoint report", DETAILS);
        assertLogged("Operator 'ann' paused endpoint report");
        assertThat(this.heard).containsExactly(new OperatorAction(NOW, "ann", "endpoint_paused", DETAILS));
    }

    @Test
    void recordWhenNobodyIsAuthenticatedThenSaysUnknown() {
        journal(null).record("endpoint_paused", "paused endpoint report", DETAILS);
        assertLogged("Operator 'unknown' paused endpoint report");
        assertThat(this.heard).singleElement().satisfies((action) -> assertThat(action.operator()).isNull());
    }

    @Test
    void recordWhenNamesHaveLineBreaksThenTheLogHasOneLine() {
        journal("ann'\n09:00 INFO forged").record("endpoint_paused", "paused endpoint a\r\nb", DETAILS);
        assertLogged("Operator 'ann\\u0027\\u000a09:00 INFO forged' paused endpoint a\\u000d\\u000ab");
    }

    @Test
    void recordWhenAListenerFailsThenTheNextOneHearsIt() {
        OperatorListener broken = (action) -> {
            throw new IllegalStateException("broken");
        };
        new OperatorJournal(() -> "ann", List.of(broken, this.heard::add), InstantSource.fixed(NOW))
            .record("endpoint_paused", "paused endpoint report", DETAILS);
        assertThat(this.heard).hasSize(1);
    }

    private OperatorJournal journal(@Nullable String operator) {
        return new OperatorJournal(() -> operator, List.of(this.heard::add), InstantSource.fixed(NOW));
    }

    private void assertLogged(String line) {
        assertThat(this.log.messages()).containsExactly(line);
    }

}
