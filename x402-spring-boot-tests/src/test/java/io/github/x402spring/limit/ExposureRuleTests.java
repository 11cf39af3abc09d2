package io.github.x402spring.limit;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.limit.ExposureRule.Per;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ExposureRuleTests {

    private static final ExposureLimit LIMIT = new ExposureLimit("daily", null, 10L, Duration.ofDays(1));

    private static final PaidEndpointDefinition REPORT = Payments.endpoint("weather", "premium");

    @ParameterizedTest
    @CsvSource({ "'', '', true", "report, '', true", "other, '', false", "'', premium, true", "'', weather, true",
            "'', basic, false", "report, basic, true", "other, premium, true", "other, basic, false",
            "weather, '', false", "'', report, false", "Report, '', false", "'', Premium, false" })
    void coversWhenNamesOrTagsAreGivenThenWhoeverHasOneOfThem(String endpoint, String tag, boolean covered) {
        ExposureRule rule = new ExposureRule(LIMIT, Per.ENDPOINT, set(endpoint), set(tag));
        assertThat(rule.covers(REPORT)).isEqualTo(covered);
    }

    @Test
    void coversWhenTheGivenSetsChangeLaterThenStaysAsItWas() {
        Set<String> endpoints = new HashSet<>(Set.of("other"));
        Set<String> tags = new HashSet<>(Set.of("basic"));
        ExposureRule rule = new ExposureRule(LIMIT, Per.ENDPOINT, endpoints, tags);
        endpoints.add("report");
        tags.add("premium");
        assertThat(rule.covers(REPORT)).isFalse();
    }

    private static Set<String> set(String name) {
        return name.isEmpty() ? Set.of() : Set.of(name);
    }

}
