package io.github.x402spring.test.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

import io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments;

/**
 * Mark of an application context that a test started. Nothing of the kit is configured
 * without it, also where the annotation is found outside of tests.
 *
 * @param payments whether payments are asked for
 */
record X402TestMode(Payments payments) {

    private static final String NAME = X402TestMode.class.getName();

    void registerIn(ConfigurableApplicationContext context) {
        context.getBeanFactory().registerSingleton(NAME, this);
    }

    /**
     * Condition that the context was started by a test.
     */
    static class OnTest extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Object mode = (context.getBeanFactory() != null) ? context.getBeanFactory().getSingleton(NAME) : null;
            return new ConditionOutcome(mode instanceof X402TestMode test && matches(test.payments()),
                    ConditionMessage.forCondition(AutoConfigureX402.class)
                        .because((mode != null) ? "the test says " + mode : "no test started the context"));
        }

        boolean matches(Payments payments) {
            return true;
        }

    }

    /**
     * Condition that a test has payments switched off.
     */
    static class OnPaymentsOff extends OnTest {

        @Override
        boolean matches(Payments payments) {
            return payments == Payments.OFF;
        }

    }

}
