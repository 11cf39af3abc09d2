package io.github.x402spring.sample;

import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class WalkThroughTests {

    private static final Pattern LONG_HEX = Pattern.compile("[0-9a-fA-F]{41,}");

    private static final Pattern BASE64_OBJECT = Pattern.compile("eyJ[A-Za-z0-9+/=]{20,}");

    private static String printed;

    private static String origin;

    @BeforeAll
    static void walkThrough(CapturedOutput output) {
        try (RunningShop shop = RunningShop.openWithWalkThrough()) {
            origin = shop.origin();
            printed = output.toString();
        }
    }

    @Test
    void walkThroughWhenApplicationStartsThenPrintsEachStepOfPurchase() {
        assertThat(purchase("/quote")).map((line) -> line.strip().split("\\s+", 2)[0])
            .containsExactly("challenge", "payment", "decision", "settlement", "response");
        assertThat(purchase("/quote")).satisfiesExactly(
                (challenge) -> assertThat(challenge).endsWith("402: 0.01 USDC on base-sepolia to 0x709979...79C8"),
                (payment) -> assertThat(payment).containsPattern("signed by 0x\\w{6}\\.{3}\\w{4}: 0\\.01 USDC")
                    .containsPattern("valid until 20\\d\\d-"),
                (decision) -> assertThat(decision).contains("allow"),
                (settlement) -> assertThat(settlement).containsPattern("settled in transaction 0x\\w{6}\\.{3}\\w{4}"),
                (answer) -> assertThat(answer).contains("200 {\"symbol\":\"XAU\""));
    }

    @Test
    void walkThroughWhenCallerIsUnknownThenPrintsThatNothingWasCharged() {
        assertThat(purchase("/wholesale   (needs a role, and the caller"))
            .anySatisfy((line) -> assertThat(line).endsWith("deny: unauthenticated, charged=no"))
            .anySatisfy((line) -> assertThat(line).endsWith("none: nothing was charged"))
            .anySatisfy((line) -> assertThat(line).endsWith("401 Authentication required"));
    }

    @Test
    void walkThroughWhenRoleIsMissingThenPrintsThatNothingWasCharged() {
        assertThat(purchase("/wholesale   (needs a role, which 'reader' does not"))
            .anySatisfy((line) -> assertThat(line).endsWith("deny: forbidden, charged=no"))
            .anySatisfy((line) -> assertThat(line).endsWith("none: nothing was charged"))
            .anySatisfy((line) -> assertThat(line).endsWith("403 Not allowed"));
    }

    @Test
    void walkThroughWhenRoleIsThereThenPrintsSettlement() {
        assertThat(purchase("/wholesale   (needs a role, which 'trader' has"))
            .anySatisfy((line) -> assertThat(line).contains("settled in transaction"));
    }

    @Test
    void walkThroughWhenOverThenPrintsCommandToTry() {
        assertThat(printed).contains("curl -i " + origin + "/quote");
    }

    @Test
    void walkThroughWhenPrintedThenShowsNoSignatureKeyOrPaymentHeader() {
        // Lines of the log name transactions in full, for operators.
        assertThat(printed.replaceAll("transaction 0x[0-9a-f]{64}", "")).contains("signed by")
            .doesNotContainPattern(LONG_HEX)
            .doesNotContainPattern(BASE64_OBJECT)
            .doesNotContain("PAYMENT-SIGNATURE");
    }

    @Test
    void walkThroughWhenPrintedThenIsPlainText() {
        assertThat(printed).isNotEmpty().doesNotContain("\u001B[", "\tat ");
        assertThat(printed.lines().filter((line) -> !line.startsWith("INFO ")))
            .allSatisfy((line) -> assertThat(line).hasSizeLessThan(200));
    }

    @Test
    void walkThroughWhenSwitchedOffThenBuysNothing(CapturedOutput output) {
        int before = output.length();
        try (RunningShop shop = RunningShop.open()) {
            assertThat(output.toString().substring(before)).contains("Paid endpoint 'quote'")
                .doesNotContain("challenge", "curl");
        }
    }

    /** Leaves out what the shop itself logs meanwhile. */
    private static List<String> purchase(String path) {
        int start = printed.indexOf("GET " + path);
        assertThat(start).isNotNegative();
        return printed.substring(start)
            .lines()
            .skip(1)
            .takeWhile((line) -> !line.isBlank())
            .filter((line) -> !line.startsWith("INFO "))
            .toList();
    }

}
