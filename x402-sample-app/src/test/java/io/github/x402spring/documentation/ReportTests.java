package io.github.x402spring.documentation;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.decision.Decision.DENY;
import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.jwt;

@WebMvcTest(ReportController.class)
@AutoConfigureX402
class ReportTests {

    @Test
    void report(@Autowired MockMvcTester mvc, @Autowired MockFacilitator facilitator) {
        RequestPostProcessor reader = jwt().jwt((token) -> token.claim("scope", "reports"));
        assertThat(mvc.get().uri("/reports/mon").exchange()).isPaymentRequired().forPrice("$0.03");
        assertThat(mvc.get().uri("/reports/none").with(paid()).with(reader).exchange()).hasStatus(404).isNotCharged();
        assertThat(mvc.get().uri("/reports/mon").with(paid()).with(jwt()).exchange()).isNotCharged().hasDecision(DENY);
        TestPayment payment = paid("$0.03");
        assertThat(mvc.get().uri("/reports/mon").with(payment).with(reader).exchange()).hasStatus(200).isSettled();
        assertThat(mvc.get().uri("/reports/mon").with(paid().replayOf(payment)).with(reader).exchange()).hasStatus(409);
        assertThat(facilitator).settledOnce("$0.03");
    }

}
