package io.github.x402spring.endpoint;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.annotation.AnnotationUtils;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.endpoint.PaidEndpointSettings.Endpoint;
import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@ExtendWith(OutputCaptureExtension.class)
class EndpointRegistryTests {

    private final EndpointRegistry registry = registry(true);

    @Test
    void findWhenDeclaredTwiceThenOneEndpoint() {
        RegisteredEndpoint report = this.registry.find(declared("report", "$1"));
        assertThat(this.registry.find(declared("report", "$1"))).isSameAs(report);
        assertThat(report.definition().name()).isEqualTo("report");
    }

    @Test
    void findWhenANameHasOtherTermsThenThrows() {
        this.registry.find(declared("report", "$1"));
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.registry.find(declared("report", "$2")))
            .withMessageContaining("differ in 'price'");
    }

    @Test
    void recipientsWhenEndpointsDifferInPriceOnlyThenOne() {
        assertThat(this.registry.recipients()).isEmpty();
        this.registry.find(declared("report", "$1"));
        this.registry.find(declared("other", "$2"));
        assertThat(this.registry.recipients()).hasSize(1);
    }

    @Test
    void findWhenThousandsAreFoundAfterTheStartThenBounded() {
        this.registry.start(List.of(), true);
        for (int i = 0; i < 1_000; i++) {
            this.registry.find(declared("late-" + i, "$1"));
        }
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.registry.find(declared("late-1000", "$1")));
        assertThatNoException().isThrownBy(() -> this.registry.find(declared("late-7", "$1")));
    }

    @ParameterizedTest
    @CsvSource({ "true, true, true", "true, false, false", "false, true, false", "false, false, false" })
    void startWhenConfigurationNamesAnUnknownEndpointThenThrowsIfAllAreKnown(boolean complete, boolean known,
            boolean thrown, CapturedOutput output) {
        Endpoint configured = new Endpoint(new Offer(null, null, null, null, null, null), List.of(), null, null, null,
                null, Set.of(), null, null);
        EndpointRegistry registry = registry(complete, Map.of("ghost", configured));
        if (thrown) {
            assertThatExceptionOfType(InvalidX402ConfigurationException.class)
                .isThrownBy(() -> registry.start(List.of(), known))
                .withMessageContaining("ghost");
            return;
        }
        registry.start(List.of(), known);
        assertThat(output.getOut().contains("ghost")).isEqualTo(!known);
    }

    @Test
    void startWhenEndpointsAreMappedThenListed() {
        assertThat(this.registry.endpoints()).isEmpty();
        RegisteredEndpoint report = this.registry.find(declared("report", "$1"));
        this.registry.start(List.of(new Mapping(report, "{GET [/report]}", Set.of("/report"), Set.of("GET"))), true);
        assertThat(this.registry.endpoints()).singleElement()
            .satisfies((listing) -> assertThat(listing.mappings()).containsExactly("{GET [/report]}"));
    }

    @ParameterizedTest
    @CsvSource({ "/city/{name}, /city/x", "/files/**, /files/x", "/a?c, /axc", "'/{n:[0-9]{2}}/end', /x/end",
            "/plain, /plain" })
    void pathWhenPatternHasVariablesThenFilled(String pattern, String path) {
        assertThat(Mapping.path(pattern, "x")).isEqualTo(path);
    }

    private static EndpointRegistry registry(boolean complete) {
        return registry(complete, Map.of());
    }

    private static EndpointRegistry registry(boolean complete, Map<String, Endpoint> configured) {
        PaidEndpointSettings settings = new PaidEndpointSettings(
                new Offer(null, "base-sepolia", "USDC", "0x" + "aa".repeat(20), null, null), configured,
                "https://api.example.test", "permitAll", "", PaymentIdentifierMode.OPTIONAL);
        return new EndpointRegistry(settings, new AssetRegistry(List.of()), (text) -> text, new Unchecked(),
                new ListedExtras(() -> new FakeFacilitator(), Clock.systemUTC()), false, complete);
    }

    private static PaidEndpoint declared(String name, String price) {
        return AnnotationUtils.synthesizeAnnotation(Map.of("value", name, "price", price), PaidEndpoint.class, null);
    }

    private static final class Unchecked implements EndpointRegistry.EndpointChecks {

        @Override
        public String payTo(String endpoint, @Nullable String payTo, PaymentRequirements terms) {
            return Objects.requireNonNull(payTo);
        }

        @Override
        public void checkAuthorize(String endpoint, @Nullable String authorize) {
        }

        @Override
        public void checkRequirements(String endpoint, PaymentRequirements requirements) {
        }

        @Override
        public void checkAll(Map<PaidEndpointDefinition, List<EndpointRegistry.Terms>> endpoints, boolean known) {
        }

    }

}
