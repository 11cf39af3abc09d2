package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import io.github.x402spring.MutableClock;
import io.github.x402spring.autoconfigure.gate.AdviceDesk.Reply;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.security.SecurityPaymentAuthorizer;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class OwnCodeAuthorizationTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final FakeFacilitator facilitator = new FakeFacilitator();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withConfiguration(X402GateAutoConfigurationTests.starter())
        .withBean(Clock.class, () -> new MutableClock(NOW))
        .withBean(Facilitator.class, () -> this.facilitator)
        .withPropertyValues("x402.gate.enabled=true");

    @AfterEach
    void logOut() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            authenticated                                               |       | UNAUTHENTICATED
            authenticated                                               | BUYER |
            hasRole('BUYER')                                            | BUYER |
            hasRole('BUYER')                                            | GUEST | FORBIDDEN
            hasRole('BUYER')                                            |       | UNAUTHENTICATED
            permit-all                                                  |       |
            deny-all                                                    | BUYER | FORBIDDEN
            isAuthenticated() and request.method() == 'ASK'             | BUYER |
            isAuthenticated() and request.method() == 'GET'             | BUYER | FORBIDDEN
            """)
    void askWhenNoWebServerAuthenticatesThenTheSecurityContextOfTheSellerDecides(String rule, @Nullable String role,
            @Nullable Reason refused) {
        if (role != null) {
            SecurityContextHolder.getContext()
                .setAuthentication(new TestingAuthenticationToken("ann", "", "ROLE_" + role));
        }
        this.runner.withPropertyValues("x402.authorization.default=" + rule).run((context) -> {
            assertThat(context).hasSingleBean(SecurityPaymentAuthorizer.class);
            AdviceDesk desk = new AdviceDesk(context.getBean(PaymentGate.class),
                    context.getBean(PaymentHeaderCodec.class));
            Reply reply = desk.ask("ann", "to buy?", TestWallet.named("1").pay(AdviceDesk.TERMS, NOW).header());
            assertThat(reply.reason()).isEqualTo(refused);
            assertThat(this.facilitator.settlements()).hasSize((refused != null) ? 0 : 1);
        });
    }

}
