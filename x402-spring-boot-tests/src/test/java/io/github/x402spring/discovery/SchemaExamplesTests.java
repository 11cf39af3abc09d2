package io.github.x402spring.discovery;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaExamplesTests {

    @Test
    void ofWhenSchemaStatesValueThenTakesIt() {
        assertThat(SchemaExamples.of(Map.of("type", "integer", "default", 7))).isEqualTo(7);
        assertThat(SchemaExamples.of(Map.of("type", "string", "enum", List.of("a", "b")))).isEqualTo("a");
        assertThat(SchemaExamples.of(Map.of("type", "string", "default", "a", "example", "b"))).isEqualTo("b");
    }

    @Test
    void ofWhenSchemaStatesTypeThenMatchesIt() {
        assertThat(SchemaExamples.of(Map.of("type", "string", "format", "date"))).isEqualTo("2026-01-31");
        assertThat(SchemaExamples.of(Map.of("type", "array", "items", Map.of("type", "boolean"))))
            .isEqualTo(List.of(true));
        assertThat(SchemaExamples.of(Map.of("type", "object", "properties", Map.of("a", Map.of("type", "number")))))
            .isEqualTo(Map.of("a", 1.5));
        assertThat(SchemaExamples.of(Map.of())).isEqualTo(Map.of());
    }

    @Test
    void ofWhenSchemaAllowsNullOrAnythingThenHasValue() {
        assertThat(SchemaExamples.of(Map.of("type", List.of("null", "boolean")))).isEqualTo(true);
        assertThat(SchemaExamples.of(Map.of("type", "object", "properties", Map.of("a", true))))
            .isEqualTo(Map.of("a", Map.of()));
    }

}
