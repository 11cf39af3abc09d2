package io.github.x402spring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Condition that an application sells: through an adapter that serves its requests, which
 * takes a recipient ({@code x402.pay-to}, or that of an endpoint) or a bean with
 * {@link io.github.x402spring.PaidEndpoint}; by its own code, which it states by
 * {@code x402.gate.enabled}; or as the facilitator of others. An application that only
 * buys gets no gate, nor does one with {@code x402.enabled=false}.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnPaymentGateCondition.class)
public @interface ConditionalOnPaymentGate {

}
