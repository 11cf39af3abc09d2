package io.github.x402spring.discovery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Examples that match JSON schemas.
 */
final class SchemaExamples {

    private static final Map<String, String> FORMATS = Map.of("date", "2026-01-31", "date-time", "2026-01-31T12:00:00Z",
            "time", "12:00:00", "uuid", "00000000-0000-4000-8000-000000000000", "uri", "https://example.com/", "email",
            "agent@example.com");

    private SchemaExamples() {
    }

    static Object of(Map<?, ?> schema) {
        for (String stated : List.of("example", "default", "const")) {
            Object value = schema.get(stated);
            if (value != null) {
                return value;
            }
        }
        if (schema.get("enum") instanceof List<?> values && !values.isEmpty()) {
            return values.get(0);
        }
        return switch (type(schema)) {
            case "string" -> FORMATS.getOrDefault(String.valueOf(schema.get("format")), "string");
            case "integer" -> 1;
            case "number" -> 1.5;
            case "boolean" -> true;
            case "array" ->
                (schema.get("items") instanceof Map<?, ?> items && !items.isEmpty()) ? List.of(of(items)) : List.of();
            default -> object(schema);
        };
    }

    /** The type, or the first of several that has a value. */
    private static String type(Map<?, ?> schema) {
        Object type = schema.get("type");
        return (type instanceof List<?> types)
                ? types.stream().map(String::valueOf).filter((name) -> !"null".equals(name)).findFirst().orElse("")
                : String.valueOf(type);
    }

    private static Map<String, Object> object(Map<?, ?> schema) {
        Map<String, Object> example = new LinkedHashMap<>();
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, property) -> example.put(String.valueOf(name),
                    (property instanceof Map<?, ?> described) ? of(described) : Map.of()));
        }
        return example;
    }

}
