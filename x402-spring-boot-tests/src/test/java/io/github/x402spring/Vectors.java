package io.github.x402spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the vectors that were recorded from the official SDK.
 */
public final class Vectors {

    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
        .build();

    private Vectors() {
    }

    public static List<JsonNode> rows(String file, String member) {
        return member(file, member).valueStream().toList();
    }

    public static JsonNode member(String file, String member) {
        try (InputStream stream = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return MAPPER.readTree(stream).required(member);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public static @Nullable Object tree(JsonNode node) {
        return MAPPER.readValue(node.toString(), Object.class);
    }

    public static Map<String, Object> object(JsonNode node) {
        return MAPPER.readValue(node.toString(), new TypeReference<Map<String, Object>>() {
        });
    }

}
