package io.github.x402spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.InvalidX402ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertyCheckTests {

    private final StandardEnvironment environment = new StandardEnvironment();

    private final MutablePropertySources sources = this.environment.getPropertySources();

    UnknownPropertyCheckTests() {
        this.sources.forEach((source) -> this.sources.remove(source.getName()));
    }

    @ParameterizedTest
    @MethodSource("documented")
    void checkWhenDocumentedThenKnown(String name) {
        file(Map.of(name, "a value that fits nothing"));
        assertThatCode(() -> UnknownPropertyCheck.check(this.environment)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("documented")
    void checkWhenALetterIsMissingThenFailsAndNamesTheProperty(String name) {
        file(Map.of(name.substring(0, name.length() - 2) + name.charAt(name.length() - 1), "0xsecret"));
        InvalidX402ConfigurationException failure = failure();
        assertThat(failure).hasMessageContaining("(did you mean x402.").hasMessageContaining("application.yml");
        assertThat(failure.getMessage() + failure.action()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({ "x402.evm.rpc-url,x402.evm.rpc-urls", "x402.evm.relayer-key,x402.evm.relayer-keys",
            "x402.evm.reorganisation-depth,x402.evm.reorganization-depth" })
    void checkWhenTheNameIsAFormerOneThenFailsAndNamesTheProperty(String former, String name) {
        file(Map.of(former, "secret"));
        assertThat(failure()).hasMessageContaining(former + " (did you mean " + name + "?)");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.endpoints.quote.price", "x402.endpoints.quote.accepts[1].network",
            "x402.endpoints[a.b].pay-to", "x402.endpoints.quote.tags[1]", "x402.endpoints.quote.authorize",
            "x402.assets.DOGE.address", "x402.evm.networks[eip155:8453].rpc-urls[0]", "x402.limits[1].max-amount",
            "x402.limits[1].endpoints[1]", "x402.payto", "x402.payTo", "x402.pay_to" })
    void checkWhenBelowAMapOrAListOrSpelledInAnotherWayThenKnown(String name) {
        file(Map.of("x402.limits[0].name", "a", "x402.limits[1].endpoints[0]", "b", "x402.endpoints.quote.tags[0]", "c",
                "x402.endpoints.quote.accepts[0].asset", "USDC", name, "1"));
        assertThatCode(() -> UnknownPropertyCheck.check(this.environment)).doesNotThrowAnyException();
    }

    @Test
    void checkWhenAnotherFileHasAShorterListThenKnown() {
        file(Map.of("x402.limits[0].name", "a"));
        this.sources.addLast(source("defaults.yml",
                Map.of("x402.limits[0].name", "b", "x402.limits[1].name", "c", "x402.limits[1].window", "1h")));
        assertThatCode(() -> UnknownPropertyCheck.check(this.environment)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({ "x402.endpoints.quote.prise, x402.endpoints.quote.price",
            "x402.endpoints.quote.accepts[0].netwrok, x402.endpoints.quote.accepts[0].network",
            "x402.limits[1].max-amuont, x402.limits[0].max-amount", "x402.facilitator.ur, x402.facilitator.url",
            "x402.fasilitator.url, x402.facilitator", "x402.paytoo, x402.pay-to" })
    void checkWhenMisspelledInAFileThenFailsAndNamesTheNearest(String name, String meant) {
        file(Map.of(name, "1", "x402.network", "base", "x402.limits[0].name", "a", "x402.limits[1].name", "b",
                "x402.endpoints.quote.accepts[0].asset", "USDC"));
        assertThat(failure()).hasMessageContaining(name + " (did you mean " + meant + "?)")
            .hasMessageNotContaining("x402.network");
    }

    @Test
    void checkWhenNothingIsSimilarThenNamesItAlone() {
        file(Map.of("x402.something-quite-different", "1", "other.property", "2"));
        assertThat(failure()).hasMessageContaining("x402.something-quite-different, ")
            .hasMessageNotContaining("did you mean")
            .hasMessageNotContaining("other");
    }

    @Test
    void checkWhenAVariableOfTheEnvironmentIsKnownThenSilent(CapturedOutput output) {
        environmentVariables(Map.of("X402_PAY_TO", "0x1", "X402_PAYTO", "0x1", "X402_ENDPOINTS_QUOTE_PAY_TO", "0x1",
                "X402_LIMITS_0_MAX_AMOUNT", "$1", "X402_FACILITATOR_CIRCUIT_BREAKER_FAILURE_RATE", "50", "PATH",
                "/bin"));
        UnknownPropertyCheck.check(this.environment);
        assertThat(output).doesNotContain("Nothing reads");
    }

    @Test
    void checkWhenAPlatformPutsItThereThenWarnsOnceWithoutValues(CapturedOutput output) {
        environmentVariables(Map.of("X402_SERVICE_HOST", "10.0.0.1", "X402_PORT_80_TCP", "tcp://secret:80"));
        this.sources.addLast(new MapPropertySource("systemProperties", Map.of("x402.pay-too", "0xsecret")));
        Origin remote = new Origin() {
        };
        this.sources.addLast(new OriginTrackedMapPropertySource("remote",
                Map.of("x402.netwrk", OriginTrackedValue.of("secret", remote))));
        UnknownPropertyCheck.check(this.environment);
        assertThat(output).containsOnlyOnce("Nothing reads these properties")
            .contains("x402.service.host", "x402.port", "x402.pay-too (did you mean x402.pay-to?)",
                    "x402.netwrk (did you mean x402.network?)")
            .doesNotContain("secret");
    }

    @Test
    void startWhenMisspelledInAFileThenThatIsWhatFails(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Empty.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.addInitializers((context) -> context.getEnvironment()
            .getPropertySources()
            .addLast(source("application.yml", Map.of("x402.pay-too", "0x1"))));
        assertThat(catchThrowableOfType(InvalidX402ConfigurationException.class, application::run)).isNotNull();
        assertThat(output).contains("APPLICATION FAILED TO START", "x402.pay-too (did you mean x402.pay-to?)");
    }

    static Stream<String> documented() throws IOException {
        try (InputStream json = UnknownPropertyCheckTests.class
            .getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            List<String> names = JsonMapper.shared()
                .readTree(json)
                .path("properties")
                .valueStream()
                .map((JsonNode property) -> property.path("name").asString())
                .filter((name) -> name.startsWith("x402."))
                .toList();
            assertThat(names).hasSizeGreaterThan(60);
            return names.stream();
        }
    }

    private InvalidX402ConfigurationException failure() {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> UnknownPropertyCheck.check(this.environment));
        assertThat(failure).isNotNull();
        return failure;
    }

    private void file(Map<String, String> values) {
        this.sources.addFirst(source("application.yml", values));
    }

    private void environmentVariables(Map<String, Object> values) {
        this.sources.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", values));
    }

    private static OriginTrackedMapPropertySource source(String file, Map<String, String> values) {
        Map<String, Object> tracked = new LinkedHashMap<>();
        values.forEach((name, value) -> tracked.put(name, OriginTrackedValue.of(value,
                new TextResourceOrigin(new ClassPathResource(file), new TextResourceOrigin.Location(0, 0)))));
        return new OriginTrackedMapPropertySource(file, tracked);
    }

    @Configuration(proxyBeanMethods = false)
    @org.springframework.boot.autoconfigure.ImportAutoConfiguration(X402AutoConfiguration.class)
    static class Empty {

    }

}
