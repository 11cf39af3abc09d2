package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications and reads the summary that they log.
 */
@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class StartupLineTests {

    private static final String[] COMMON = { "management.health.redis.enabled=false", "server.shutdown=immediate" };

    static Stream<Arguments> applications() {
        return Stream.of(
                Arguments.of(List.of("x402.facilitator.type=simulated"),
                        List.of("Facilitator: simulated.", "Money: simulated, none moves.", "Ledger: memory.",
                                "Signatures: native libsecp256k1.", "Console: off.",
                                "Actuator: no endpoint of x402 is exposed")),
                Arguments.of(
                        List.of("x402.facilitator.url=https://facilitator.example.test:8443/x402",
                                "x402.ledger.type=jdbc", "spring.datasource.url=jdbc:h2:mem:startup-summary;USER=sa",
                                "spring.datasource.password=", "x402.console.enabled=true", "x402.console.path=/ops",
                                "x402.console.authority=OPS", "management.endpoints.web.exposure.include=x402",
                                "management.endpoint.x402.access=unrestricted"),
                        List.of("Facilitator: http at https://facilitator.example.test:8443/x402.",
                                "Money: of test networks.", "Ledger: jdbc (H2).", "Console: /ops for authority OPS.",
                                "Actuator: x402 unrestricted")),
                Arguments.of(List.of("x402.facilitator.type=simulated", "x402.console.enabled=true"),
                        List.of("Console: /x402/console for authority SCOPE_x402.console.")),
                Arguments.of(
                        List.of("x402.facilitator.type=simulated",
                                "management.endpoints.web.exposure.include=x402,x402payments",
                                "management.endpoint.x402.access=unrestricted",
                                "management.endpoints.access.max-permitted=read-only"),
                        List.of("Actuator: x402 read-only, x402payments read-only")),
                Arguments.of(List.of("x402.facilitator.type=none", "x402.network=base"),
                        List.of(" on eip155:8453.", "Facilitator: none.", "Money: none is taken.")));
    }

    @ParameterizedTest
    @MethodSource("applications")
    void startWhenTheApplicationIsReadyThenOneLineSaysWhatItIsMadeOf(List<String> properties, List<String> parts,
            CapturedOutput output) {
        try (PaidApp app = start(properties)) {
            List<String> lines = summaries(output);
            assertThat(lines).singleElement().asString().contains(parts).contains("Paid endpoints: ");
        }
    }

    @Test
    void startWhenManagementHasAPortOfItsOwnThenStillOneLine(CapturedOutput output) {
        try (PaidApp app = start(List.of("x402.facilitator.type=simulated", "management.server.port=0",
                "management.endpoints.web.exposure.include=x402"))) {
            assertThat(summaries(output)).hasSize(1);
        }
    }

    private static PaidApp start(List<String> properties) {
        List<String> all = new ArrayList<>(List.of(COMMON));
        all.addAll(properties);
        return PaidApp.start(List.of(Shop.class), all.toArray(String[]::new));
    }

    private static List<String> summaries(CapturedOutput output) {
        return output.getOut().lines().filter((line) -> line.contains("Paid endpoints: ")).toList();
    }

}
