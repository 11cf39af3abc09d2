package io.github.x402spring.sample;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.decision.Charged.NO;
import static io.github.x402spring.decision.Decision.DENY;
import static io.github.x402spring.decision.RetryWith.CREDENTIALS;
import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.httpBasic;

/**
 * Tests of rules that look at who asks for what, without a port.
 */
@SpringBootTest(properties = "sample.walkthrough=false")
@AutoConfigureMockMvc
@AutoConfigureX402
@Tag("locale")
class DeskTests {

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private MockFacilitator facilitator;

    @ParameterizedTest
    @CsvSource({ "/research/gold, trader", "/research/gold, ann", "/research/mergers, ann",
            "/accounts/a-17/statement, trader", "/accounts/b-40/statement, ann" })
    void deskWhenTheRuleHoldsThenDelivers(String path, String user) {
        assertThat(buyAs(user, path)).hasStatus(200).isSettled();
    }

    @ParameterizedTest
    @CsvSource({ "/research/mergers, trader", "/research/gold, reader", "/research/unheard-of, ann",
            "/accounts/b-40/statement, trader", "/accounts/a-17/statement, ann", "/accounts/x-1/statement, trader",
            "/accounts/a-17/statement, reader" })
    void deskWhenTheRuleDoesNotHoldThenForbidsAndChargesNothing(String path, String user) {
        MvcTestResult response = buyAs(user, path);
        assertThat(response).hasStatus(403).isNotCharged().hasDecision(DENY).because("forbidden").charged(NO);
        assertThat(response).body().doesNotContain("CLEARANCE", "metals");
        assertThat(this.facilitator).settledNothing();
    }

    @Test
    void otherPathWhenCallerIsUnknownThenDenialIsExplained() {
        assertThat(this.mvc.get().uri("/actuator").exchange()).hasStatus(401)
            .hasDecision(DENY)
            .because("unauthenticated")
            .retryWith(CREDENTIALS);
    }

    private MvcTestResult buyAs(String user, String path) {
        return this.mvc.get().uri(path).with(httpBasic(user, user)).with(paid()).exchange();
    }

}
