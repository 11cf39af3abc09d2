package io.github.x402spring.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;

/**
 * Condition for {@link ConditionalOnFacilitatorType}.
 */
class OnFacilitatorTypeCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        FacilitatorType wanted = metadata.getAnnotations()
            .get(ConditionalOnFacilitatorType.class)
            .getEnum("value", FacilitatorType.class);
        FacilitatorType type = type(context.getEnvironment());
        return new ConditionOutcome(type == wanted,
                ConditionMessage.forCondition(ConditionalOnFacilitatorType.class).because("the type is " + type));
    }

    private static FacilitatorType type(Environment environment) {
        BindResult<FacilitatorType> type = Binder.get(environment).bind("x402.facilitator.type", FacilitatorType.class);
        if (type.isBound()) {
            return type.get();
        }
        return environment.containsProperty("x402.facilitator.url") ? FacilitatorType.HTTP : FacilitatorType.SIMULATED;
    }

}
