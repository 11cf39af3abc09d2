package io.github.x402spring.test;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Listener that binds the {@link PaymentContext} for each test method.
 */
class PaymentContextTestExecutionListener implements TestExecutionListener, Ordered {

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void beforeTestMethod(TestContext testContext) {
        if (testContext.hasApplicationContext()) {
            PaymentContext.bind(testContext.getApplicationContext());
        }
    }

    @Override
    public void afterTestMethod(TestContext testContext) {
        PaymentContext.unbind();
    }

}
