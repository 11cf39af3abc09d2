package io.github.x402spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages of others, each with its source (or that it is composed), the outcome that it
 * has here, and the invariant of the design that this guards.
 */
public final class Corpus {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final int MIN_ROWS = 15;

    private static final int INVARIANTS = 10;

    private Corpus() {
    }

    /**
     * Returns the messages of one kind, each behind its name.
     */
    public static Stream<Arguments> rows(String kind) {
        List<JsonNode> rows = read(kind);
        Set<String> names = new HashSet<>();
        for (JsonNode row : rows) {
            int invariant = row.required("guards").asInt();
            boolean complete = !row.required("source").asString().isBlank() && invariant >= 1
                    && invariant <= INVARIANTS;
            if (!complete || !names.add(row.required("name").asString())) {
                throw new AssertionError("Incomplete or doubled: " + row);
            }
        }
        if (rows.size() < MIN_ROWS) {
            throw new AssertionError("Fewer than " + MIN_ROWS + " " + kind);
        }
        return rows.stream().map((row) -> Arguments.of(row.required("name").asString(), row));
    }

    private static List<JsonNode> read(String kind) {
        try (InputStream stream = Corpus.class.getResourceAsStream("/corpus/" + kind + ".json")) {
            return MAPPER.readTree(stream).valueStream().toList();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
