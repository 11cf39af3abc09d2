package io.github.x402spring.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ReferenceTests {

    private static final String CONFIGURATION = DocumentationTests.read(Path.of("../docs/configuration.md"));

    private static final String PROBLEMS = DocumentationTests.read(Path.of("../docs/problems.md"));

    @Test
    void configurationWhenMetadataNamesPropertyThenListsItWithItsDefault() throws IOException {
        List<JsonNode> properties = properties();
        assertThat(properties).hasSizeGreaterThan(15).allSatisfy((property) -> {
            String row = row(property.path("name").asString());
            if (property.has("defaultValue")) {
                assertThat(row).contains("| `" + property.path("defaultValue").asString() + "` |");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(classes = { X402Properties.Endpoint.class, X402Properties.Accept.class, X402Properties.Token.class,
            X402Properties.Limit.class })
    void configurationWhenEntryHasPropertyThenListsIt(Class<?> entry) {
        String prefix = Map
            .of(X402Properties.Endpoint.class, "x402.endpoints.<name>.", X402Properties.Accept.class,
                    "x402.endpoints.<name>.accepts[].", X402Properties.Token.class, "x402.assets.<symbol>.",
                    X402Properties.Limit.class, "x402.limits[].")
            .get(entry);
        assertThat(Arrays.stream(entry.getRecordComponents()).map(RecordComponent::getName)).isNotEmpty()
            .allSatisfy((name) -> assertThat(row(prefix + dashed(name))).isNotEmpty());
    }

    @Test
    void problemsWhenReasonExistsThenHaveItsHeadingAndNoOther() {
        List<String> headings = PROBLEMS.lines()
            .filter((line) -> line.startsWith("## "))
            .map((line) -> line.substring(3))
            .toList();
        assertThat(headings)
            .containsExactlyInAnyOrderElementsOf(Arrays.stream(Reason.values()).map(ReferenceTests::anchor).toList());
    }

    @ParameterizedTest
    @EnumSource
    void problemWhenDescribedThenStatesWhatReasonStates(Reason reason) {
        String section = PROBLEMS.split("(?m)^## " + Pattern.quote(anchor(reason)) + "$", 2)[1].split("(?m)^## ", 2)[0];
        assertThat(section).contains("`" + reason.status() + "`", "`" + reason.code() + "`",
                "`" + reason.retryWith().wireName() + "`", "charged: `" + reason.charged().wireName() + "`");
    }

    private static String anchor(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String row(String property) {
        List<String> rows = CONFIGURATION.lines().filter((line) -> line.startsWith("| `" + property + "` |")).toList();
        assertThat(rows).as(property).hasSize(1);
        return rows.get(0);
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static List<JsonNode> properties() throws IOException {
        List<JsonNode> properties = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        for (URL resource : Collections
            .list(ReferenceTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream stream = resource.openStream()) {
                json.readTree(stream).path("properties").forEach((property) -> {
                    if (property.path("name").asString().startsWith("x402.")) {
                        properties.add(property);
                    }
                });
            }
        }
        return properties;
    }

}
