package io.github.x402spring.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

import io.github.x402spring.PaidEndpoint;

/**
 * Condition that an application sells: it names a recipient of payments, or has beans
 * with {@link PaidEndpoint}.
 */
class OnSellingCondition extends SpringBootCondition implements ConfigurationCondition {

    private static final String NAME = "x402 selling";

    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition(NAME);
        Environment environment = context.getEnvironment();
        if (!environment.getProperty("x402.enabled", Boolean.class, true)) {
            return ConditionOutcome.noMatch(message.because("x402.enabled is false"));
        }
        if (StringUtils.hasText(environment.getProperty("x402.pay-to"))) {
            return ConditionOutcome.match(message.foundExactly("x402.pay-to"));
        }
        if (endpointHasRecipient(environment)) {
            return ConditionOutcome.match(message.foundExactly("a recipient under x402.endpoints"));
        }
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        if (beans != null && annotated(beans)) {
            return ConditionOutcome.match(message.foundExactly("beans with @PaidEndpoint"));
        }
        return ConditionOutcome.noMatch(
                message.because("neither x402.pay-to nor that of an endpoint is set, and no bean has @PaidEndpoint"));
    }

    private static boolean endpointHasRecipient(Environment environment) {
        Map<String, Recipient> endpoints = Binder.get(environment)
            .bind("x402.endpoints", Bindable.mapOf(String.class, Recipient.class))
            .orElse(null);
        return endpoints != null
                && endpoints.values().stream().anyMatch((endpoint) -> StringUtils.hasText(endpoint.payTo()));
    }

    /** Looked for once in each context. */
    private static boolean annotated(ConfigurableListableBeanFactory beans) {
        String name = OnSellingCondition.class.getName();
        if (beans.getSingleton(name) instanceof Boolean found) {
            return found;
        }
        boolean found = PaidBeanTypes.of(beans).stream().anyMatch(PaidBeanTypes::isPriced);
        beans.registerSingleton(name, found);
        return found;
    }

    /**
     * Part of an endpoint's settings.
     *
     * @param payTo the recipient of its payments
     */
    record Recipient(@Nullable String payTo) {
    }

}
