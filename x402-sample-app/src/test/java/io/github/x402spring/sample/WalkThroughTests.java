package io.github.x402spring.sample;

import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class WalkThroughTests {

    private static final Pattern LONG_HEX = Pattern.compile("[0-9a-fA-F]{41,}");

    private static final Pattern BASE64_OBJECT = Pattern.compile("eyJ[A-Za-z0-9+/=]{20,}");

    @Test
    void walkThroughWhenApplicationStartsThenPrintsEachStepOfPurchase(CapturedOutput output) {
        try (RunningShop shop = RunningShop.open("sample.walkthrough=true")) {
            assertThat(section(output, "/quote")).map((line) -> line.strip().split("\\s+", 2)[0])
                .containsExactly("challenge", "payment", "decision", "settlement", "answer");
            assertThat(section(output, "/quote")).satisfiesExactly(
                    (challenge) -> assertThat(challenge).endsWith("402: 0.01 USDC on base-sepolia to 0x709979...79C8"),
                    (payment) -> assertThat(payment).containsPattern("signed by 0x\\w{6}\\.{3}\\w{4}: 0\\.01 USDC")
                        .containsPattern("valid until 20\\d\\d-"),
                    (decision) -> assertThat(decision).contains("allow"),
                    (settlement) -> assertThat(settlement)
                        .containsPattern("settled in transaction 0x\\w{6}\\.{3}\\w{4}"),
                    (answer) -> assertThat(answer).contains("200 {\"symbol\":\"XAU\""));
            assertThat(output).contains("curl -i " + shop.origin() + "/quote");
        }
    }

    @Test
    void walkThroughWhenPolicyDeniesThenPrintsThatNothingWasCharged(CapturedOutput output) {
        try (RunningShop shop = RunningShop.open("sample.walkthrough=true")) {
            assertThat(section(output, "/wholesale   (needs a role, and nobody"))
                .anySatisfy((line) -> assertThat(line).endsWith("deny: unauthenticated, charged=no"))
                .anySatisfy((line) -> assertThat(line).endsWith("none: nothing was charged"))
                .anySatisfy((line) -> assertThat(line).contains("401"));
            assertThat(section(output, "/wholesale   (needs a role, which 'reader' does not"))
                .anySatisfy((line) -> assertThat(line).endsWith("deny: forbidden, charged=no"))
                .anySatisfy((line) -> assertThat(line).contains("403"));
            assertThat(section(output, "/wholesale   (needs a role, which 'trader' has"))
                .anySatisfy((line) -> assertThat(line).contains("settled in transaction"));
        }
    }

    @Test
    void walkThroughWhenPrintedThenShowsNoSignatureKeyOrPaymentHeader(CapturedOutput output) {
        try (RunningShop shop = RunningShop.open("sample.walkthrough=true")) {
            assertThat(output).contains("curl");
            assertThat(output.toString()).doesNotContainPattern(LONG_HEX)
                .doesNotContainPattern(BASE64_OBJECT)
                .doesNotContain("\u001B[", "\tat ", "PAYMENT-SIGNATURE");
        }
    }

    @Test
    void walkThroughWhenSwitchedOffThenBuysNothing(CapturedOutput output) {
        try (RunningShop shop = RunningShop.open()) {
            assertThat(output).contains("Started SampleApplication").doesNotContain("challenge   ", "curl");
        }
    }

    private static List<String> section(CapturedOutput output, String path) {
        String text = output.toString();
        int start = text.indexOf("GET " + path);
        assertThat(start).isNotNegative();
        return text.substring(start).lines().skip(1).takeWhile((line) -> !line.isBlank()).toList();
    }

}
