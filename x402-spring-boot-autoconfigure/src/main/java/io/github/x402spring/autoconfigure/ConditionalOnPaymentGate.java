package io.github.x402spring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches an application that sells: through an adapter that serves its requests, or by
 * its own code, which it states by {@code x402.gate.enabled}. An application that only
 * buys gets no gate.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnPaymentGateCondition.class)
public @interface ConditionalOnPaymentGate {

}
