package io.github.x402spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ConfigurationMetadataTests {

    private final Map<String, JsonNode> properties = properties();

    @Test
    void metadataWhenBuiltThenHoldsEveryProperty() {
        Set<String> names = new TreeSet<>();
        names("x402", X402Properties.class, names);
        names("x402.evm", X402EvmProperties.class, names);
        names("x402.ledger", X402LedgerProperties.class, names);
        names("x402.ledger", X402LedgerProperties.class, names);
        names("x402.console", X402ConsoleProperties.class, names);
        names("x402.discovery", X402DiscoveryProperties.class, names);
        names("x402.audit", X402AuditProperties.class, names);

        assertThat(names).hasSizeGreaterThan(20);
        assertThat(this.properties).containsOnlyKeys(names);
    }

    @Test
    void descriptionWhenBuiltThenOnePlainSentence() {
        assertThat(this.properties)
            .allSatisfy((name, property) -> assertThat(property.path("description").asString("")).matches("[A-Z].*\\.")
                .doesNotStartWith("The ")
                .doesNotStartWith("A ")
                .doesNotStartWith("Gets ")
                .doesNotContain("default value"));
    }

    @Test
    void descriptionWhenBooleanThenStartsWithWhetherTo() {
        List<JsonNode> booleans = this.properties.values()
            .stream()
            .filter((property) -> "java.lang.Boolean".equals(property.path("type").asString("")))
            .toList();

        assertThat(booleans).isNotEmpty()
            .allSatisfy((property) -> assertThat(property.path("description").asString("")).startsWith("Whether to "));
    }

    @Test
    void defaultWhenThereIsOneThenInMetadata() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults("x402", X402Properties.class, defaults);
        defaults("x402.evm", X402EvmProperties.class, defaults);
        defaults("x402.ledger", X402LedgerProperties.class, defaults);
        defaults("x402.ledger", X402LedgerProperties.class, defaults);
        defaults("x402.console", X402ConsoleProperties.class, defaults);
        defaults("x402.discovery", X402DiscoveryProperties.class, defaults);
        defaults("x402.audit", X402AuditProperties.class, defaults);

        assertThat(defaults).hasSizeGreaterThan(10)
            .allSatisfy(
                    (name, value) -> assertThat(this.properties.get(name).path("defaultValue").asString("")).as(name)
                        .isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource({ "x402.network,any", "x402.asset,any", "x402.authorization.default,any" })
    void hintWhenBuiltThenSuggestsAndAllowsOthers(String name, String provider) {
        JsonNode hint = metadata().path("hints")
            .valueStream()
            .filter((node) -> name.equals(node.path("name").asString("")))
            .findFirst()
            .orElseThrow();

        assertThat(hint.path("values").size()).isGreaterThan(1);
        assertThat(hint.path("providers").get(0).path("name").asString("")).isEqualTo(provider);
    }

    @Test
    void hintWhenNetworkThenKnown() {
        List<String> networks = new ArrayList<>();
        metadata().path("hints")
            .valueStream()
            .filter((node) -> "x402.network".equals(node.path("name").asString("")))
            .forEach((node) -> node.path("values")
                .valueStream()
                .forEach((value) -> networks.add(value.path("value").asString(""))));

        assertThat(networks).contains("base-sepolia").allSatisfy((network) -> Network.parse(network));
    }

    private static void names(String prefix, Class<?> type, Set<String> names) {
        for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
            String name = name(prefix, parameter);
            if (group(parameter)) {
                names(name, parameter.getType(), names);
            }
            else {
                names.add(name);
            }
        }
    }

    private static void defaults(String prefix, Class<?> type, Map<String, String> defaults) {
        for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
            DefaultValue value = parameter.getAnnotation(DefaultValue.class);
            if (group(parameter)) {
                defaults(name(prefix, parameter), parameter.getType(), defaults);
            }
            else if (value != null && !(parameter.getParameterizedType() instanceof ParameterizedType)) {
                defaults.put(name(prefix, parameter), value.value()[0]);
            }
        }
    }

    private static boolean group(Parameter parameter) {
        return parameter.getType().isRecord();
    }

    private static String name(String prefix, Parameter parameter) {
        Name name = parameter.getAnnotation(Name.class);
        String dashed = parameter.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return prefix + "." + ((name != null) ? name.value() : dashed);
    }

    private static Map<String, JsonNode> properties() {
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        metadata().path("properties")
            .valueStream()
            .filter((property) -> property.path("name").asString("").startsWith("x402."))
            .forEach((property) -> properties.put(property.path("name").asString(""), property));
        return properties;
    }

    private static JsonNode metadata() {
        String path = "/META-INF/spring-configuration-metadata.json";
        try (InputStream stream = ConfigurationMetadataTests.class.getResourceAsStream(path)) {
            return JsonMapper.builder().build().readTree(stream);
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

}
