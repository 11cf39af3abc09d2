package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.security.access.prepost.PreAuthorize;

import io.github.x402spring.PaidEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

class UpfrontSettlementAdvisorTests {

    private final UpfrontSettlementAdvisor advisor = new UpfrontSettlementAdvisor();

    @ParameterizedTest
    @CsvSource({ "paidAndGuarded, true", "paid, true", "guarded, false" })
    void matchesWhenHandlerIsPaidThenTrue(String method, boolean matches) throws Exception {
        assertThat(this.advisor.matches(Handlers.class.getDeclaredMethod(method), Handlers.class)).isEqualTo(matches);
    }

    @Test
    void matchesWhenPriceIsOnTheClassThenTrue() throws Exception {
        assertThat(this.advisor.matches(Contract.class.getDeclaredMethod("sell"), Sold.class)).isTrue();
    }

    @Test
    void invokeWhenNoPaymentIsHeldThenHandlerRuns() {
        ProxyFactory factory = new ProxyFactory(new Sold());
        factory.addAdvisor(this.advisor);
        assertThat(((Contract) factory.getProxy()).sell()).isEqualTo("sold");
    }

    interface Contract {

        String sell();

    }

    @PreAuthorize("true")
    @PaidEndpoint
    static class Sold implements Contract {

        @Override
        public String sell() {
            return "sold";
        }

    }

    static class Handlers {

        @PreAuthorize("true")
        @PaidEndpoint
        void paidAndGuarded() {
        }

        @PaidEndpoint
        void paid() {
        }

        @PreAuthorize("true")
        void guarded() {
        }

    }

}
