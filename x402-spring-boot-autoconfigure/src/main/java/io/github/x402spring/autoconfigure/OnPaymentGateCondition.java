package io.github.x402spring.autoconfigure;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Condition for {@link ConditionalOnPaymentGate}.
 */
class OnPaymentGateCondition extends AnyNestedCondition {

    OnPaymentGateCondition() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    /** What is sold by Spring MVC is authorized by Spring Security. */
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnClass({ DispatcherServlet.class, AuthorizationManager.class })
    @Conditional(OnSellingCondition.class)
    static class SoldByWebMvc {

    }

    @ConditionalOnBooleanProperty("x402.gate.enabled")
    @Conditional(Enabled.class)
    static class SoldByOwnCode {

    }

    static class Enabled implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return OnSellingCondition.isEnabled(context.getEnvironment());
        }

    }

    /** What other servers sell is settled here. */
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnBooleanProperty("x402.facilitator.server.enabled")
    static class SoldByOthers {

    }

}
