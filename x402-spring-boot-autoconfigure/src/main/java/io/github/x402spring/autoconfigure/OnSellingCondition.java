package io.github.x402spring.autoconfigure;

import java.util.List;
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
        if (!isEnabled(environment)) {
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

    /** The same way to read it for every use, words such as {@code off} included. */
    static boolean isEnabled(Environment environment) {
        return environment.getProperty("x402.enabled", Boolean.class, true);
    }

    private static boolean endpointHasRecipient(Environment environment) {
        Map<String, Recipient> endpoints = Binder.get(environment)
            .bind("x402.endpoints", Bindable.mapOf(String.class, Recipient.class))
            .orElse(null);
        return endpoints != null && endpoints.values().stream().anyMatch(Recipient::isNamed);
    }

    /** Looked for again only if there are more beans than there were. */
    private static boolean annotated(ConfigurableListableBeanFactory beans) {
        String name = OnSellingCondition.class.getName();
        if (beans.getSingleton(name) instanceof Found known) {
            return known.in(beans);
        }
        Found found = new Found();
        beans.registerSingleton(name, found);
        return found.in(beans);
    }

    /** Whether beans with a price were found, among how many. */
    private static final class Found {

        private int beans = -1;

        private boolean priced;

        boolean in(ConfigurableListableBeanFactory beans) {
            int count = beans.getBeanDefinitionCount();
            if (!this.priced && count != this.beans) {
                this.priced = PaidBeanTypes.of(beans).stream().anyMatch(PaidBeanTypes::isPriced);
                this.beans = count;
            }
            return this.priced;
        }

    }

    /**
     * Part of an endpoint's settings.
     *
     * @param payTo the recipient of its payments
     * @param accepts several ways to pay, with a recipient each
     */
    record Recipient(@Nullable String payTo, @Nullable List<Recipient> accepts) {

        boolean isNamed() {
            return StringUtils.hasText(this.payTo)
                    || (this.accepts != null && this.accepts.stream().anyMatch(Recipient::isNamed));
        }
    }

}
