package io.github.x402spring.test.shop;

import java.time.Clock;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.platform.commons.support.AnnotationSupport;
import org.mockito.Answers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;
import io.github.x402spring.test.elsewhere.Configurations;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;

@SpringBootTest
@AutoConfigureMockMvc
@AutoConfigureX402
class AutoConfigureX402Tests {

    @Autowired
    private ApplicationContext context;

    @Autowired
    private MockMvcTester mvc;

    @Test
    void whenNothingIsSetThenPaidToSellerOnTestNetworkAndRememberedInMemory() {
        assertThat(this.context.getBean(Facilitator.class)).isInstanceOf(MockFacilitator.class);
        assertThat(this.context.getBean(SettlementInquiry.class)).isInstanceOf(MockFacilitator.class);
        assertThat(this.context.getBean(Clock.class)).isInstanceOf(TestClock.class);
        assertThat(this.context.getBean(PaymentLedger.class).kind()).isNotEqualTo("jdbc");
        assertThat(this.context.getBean(PaymentLedger.class).storage()).isEqualTo("memory");
        assertThat(this.mvc.get().uri("/weather").with(paid("$0.01").onNetwork("base-sepolia"))).hasStatusOk();
    }

    @Test
    void whenTestsRunInParallelThenOnlyOneOfThoseThatShareAContext() {
        assertThat(AnnotationSupport.findRepeatableAnnotations(AutoConfigureX402Tests.class, ResourceLock.class))
            .singleElement()
            .satisfies((lock) -> assertThat(lock.mode()).isEqualTo(ResourceAccessMode.READ_WRITE));
    }

    @Nested
    @TestPropertySource(properties = { "x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "x402.network=base",
            "spring.profiles.active=production", "x402.facilitator.type=http",
            "x402.facilitator.url=https://facilitator.example.com", "x402.evm.rpc-urls=https://node.example.com",
            "x402.resource-base-url=https://shop.example.com" })
    class AsInProduction {

        @Autowired
        private MockFacilitator facilitator;

        @Test
        void whenApplicationIsConfiguredForMainNetworkThenItsTermsAndNoNetworkIsUsed() {
            assertThat(AutoConfigureX402Tests.this.context.getBean(SettlementInquiry.class)).isSameAs(this.facilitator);
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid("$0.01").onNetwork("base")))
                .hasStatusOk();
            assertThat(this.facilitator.transfers()).singleElement()
                .satisfies((transfer) -> assertThat(transfer.to())
                    .isEqualToIgnoringCase("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
            assertThat(this.facilitator.settlements()).singleElement()
                .satisfies((call) -> assertThat(call.resource().url()).isEqualTo("https://shop.example.com/weather"));
        }

    }

    @Nested
    @TestPropertySource(properties = "x402.ledger.type=jdbc")
    class WithDatabase {

        @Test
        void whenLedgerIsNamedThenUsed() {
            assertThat(AutoConfigureX402Tests.this.context.getBean(PaymentLedger.class).kind()).isEqualTo("jdbc");
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid())).hasStatusOk();
        }

    }

    @Nested
    @Import(Configurations.OwnFacilitator.class)
    class WithFacilitatorOfTheApplication {

        @Test
        void whenApplicationDeclaresFacilitatorThenReplaced() {
            assertThat(AutoConfigureX402Tests.this.context.getBeansOfType(Facilitator.class).values()).singleElement()
                .isInstanceOf(MockFacilitator.class);
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid())).hasStatusOk();
        }

    }

    @Nested
    @Import(Configurations.FacilitatorOfTheTest.class)
    class WithFacilitatorOfTheTest {

        @Test
        void whenTestDeclaresFacilitatorThenUsed() {
            assertThat(AutoConfigureX402Tests.this.context.getBeansOfType(Facilitator.class).values()).singleElement()
                .isInstanceOf(SimulatedFacilitator.class);
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid())).hasStatusOk();
        }

    }

    @Nested
    class WithMockitoBean {

        @MockitoBean(answers = Answers.CALLS_REAL_METHODS)
        private Facilitator facilitator;

        @Test
        void whenFacilitatorIsMockedThenUsed() throws Exception {
            given(this.facilitator.verify(any(), any(), any()))
                .willReturn(VerifyResponse.invalid(MockFacilitator.INSUFFICIENT_FUNDS));
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid())).hasStatus(402);
            then(this.facilitator).should(never()).settle(any(), any(), any());
        }

    }

    @Nested
    @Import(Configurations.OwnClock.class)
    class WithClockOfTheApplication {

        @Test
        void whenApplicationDeclaresClockThenUsedAndPaymentsAreSignedByIt() {
            assertThat(AutoConfigureX402Tests.this.context.getBeansOfType(TestClock.class)).isEmpty();
            assertThat(AutoConfigureX402Tests.this.mvc.get().uri("/weather").with(paid())).hasStatusOk();
        }

    }

    @Nested
    @SpringBootTest
    @AutoConfigureMockMvc
    class Elsewhere {

        @Test
        void whenAnnotatedClassIsNoTestThenNoEffect() {
            try (ConfigurableApplicationContext production = new SpringApplicationBuilder(
                    Configurations.Production.class)
                .web(WebApplicationType.NONE)
                .properties("x402.unenforced-endpoints=warn")
                .run()) {
                assertThat(production.getBeanProvider(MockFacilitator.class).stream()).isEmpty();
                assertThat(production.getBeanProvider(TestClock.class).stream()).isEmpty();
            }
        }

    }

}
