package io.github.x402spring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;

/**
 * Condition on the configured kind of facilitator, or on the one that follows from the
 * rest of the configuration where none is named.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnFacilitatorTypeCondition.class)
public @interface ConditionalOnFacilitatorType {

    /**
     * Returns the kind that has to be configured.
     * @return the kind
     */
    FacilitatorType value();

}
