package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.Ordered;
import org.springframework.security.access.prepost.PreAuthorize;

import io.github.x402spring.PaidEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

class UpfrontSettlementAdvisorTests {

    private final UpfrontSettlementAdvisor advisor = new UpfrontSettlementAdvisor();

    @ParameterizedTest
    @CsvSource({ "paidAndGuarded, true", "paid, false", "guarded, false" })
    void matchesWhenHandlerIsPaidAndGuardedThenTrue(String method, boolean matches) throws Exception {
        assertThat(this.advisor.matches(Handlers.class.getDeclaredMethod(method), Handlers.class)).isEqualTo(matches);
    }

    @Test
    void matchesWhenRuleAndPriceAreOnTheClassThenTrue() throws Exception {
        assertThat(this.advisor.matches(Contract.class.getDeclaredMethod("sell"), Sold.class)).isTrue();
    }

    @Test
    void getOrderWhenSortedThenComesAfterEveryRule() {
        assertThat(this.advisor.getOrder()).isEqualTo(Ordered.LOWEST_PRECEDENCE);
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
