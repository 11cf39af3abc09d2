package io.github.x402spring.observation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.GeneratedTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the reference tables with the code that they are generated from.
 */
@Tag("locale")
class ObservabilityDocumentationTests {

    private static final Path SOURCES = Path
        .of("../x402-spring-boot-autoconfigure/src/main/java/io/github/x402spring/observation");

    @Test
    void observationsWhenDocumentedThenAsInTheCode() throws IOException {
        List<String> rows = new ArrayList<>();
        for (X402Observation observation : X402Observation.values()) {
            rows.add(GeneratedTable.row("`" + observation.getName() + "`",
                    sentence("X402Observation", observation.name(), observation.getDescription()),
                    keys(observation.getLowCardinalityKeyNames()), keys(observation.getHighCardinalityKeyNames())));
        }
        assertTable("observations", "| timer and span | what | keys | more keys, on spans only |", rows);
    }

    @Test
    void metersWhenDocumentedThenAsInTheCode() throws IOException {
        List<String> rows = new ArrayList<>();
        for (X402Meter meter : X402Meter.values()) {
            String unit = meter.getBaseUnit();
            rows.add(GeneratedTable.row("`" + meter.getName() + "`",
                    meter.getType().name().toLowerCase(Locale.ROOT) + ((unit != null) ? ", " + unit : ""),
                    sentence("X402Meter", meter.name(), meter.getDescription()), keys(meter.getKeyNames())));
        }
        assertTable("meters", "| meter | type | what | keys |", rows);
    }

    @Test
    void keysWhenDocumentedThenAsInTheCode() throws IOException {
        List<String> rows = new ArrayList<>();
        for (PaymentKeyName key : PaymentKeyName.values()) {
            rows.add(GeneratedTable.row("`" + key.asString() + "`", key.documentation()));
        }
        assertTable("keys", "| key | values |", rows);
    }

    private static void assertTable(String name, String head, List<String> rows) throws IOException {
        new GeneratedTable("observability.md", name).assertRows(head, rows);
    }

    private static String keys(KeyName[] names) {
        StringJoiner keys = new StringJoiner(", ");
        keys.setEmptyValue("none");
        for (KeyName name : names) {
            keys.add("`" + name.asString() + "`");
        }
        return keys.toString();
    }

    private static String sentence(String type, String constant, String description) throws IOException {
        String source = Files.readString(SOURCES.resolve(type + ".java"), StandardCharsets.UTF_8);
        int at = source.indexOf("\n    " + constant);
        int from = source.lastIndexOf("/**", at);
        assertThat(at).isGreaterThan(from).isPositive();
        assertThat(description).isEqualTo(
                source.substring(from + 3, source.indexOf("*/", from)).replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip());
        return description;
    }

}
