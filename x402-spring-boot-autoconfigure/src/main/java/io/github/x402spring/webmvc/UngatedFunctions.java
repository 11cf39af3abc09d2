package io.github.x402spring.webmvc;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;

import io.github.x402spring.InvalidX402ConfigurationException;

/**
 * Check for handler functions with a price that the gate is not around: a post-processor
 * puts it around beans of its own context only.
 */
final class UngatedFunctions {

    private static final ClassValue<Boolean> PAID = new ClassValue<>() {

        @Override
        protected Boolean computeValue(Class<?> type) {
            return PaidFunctionAdvisor.isPaid(type);
        }

    };

    private UngatedFunctions() {
    }

    /**
     * Checks a context other than the one with the gate, such as that of a second
     * {@code DispatcherServlet}.
     * @throws InvalidX402ConfigurationException if it has a handler function that would
     * be served free
     */
    static void check(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(HandlerFunction.class, true, false)) {
            Class<?> type = type(beans, name);
            if (type != null && PAID.get(type) && !gates(beans, name)) {
                throw ungated(type);
            }
        }
        for (RouterFunction<?> router : beans.getBeansOfType(RouterFunction.class, true, false).values()) {
            FunctionRoutes.of(router, null).routes().forEach((route) -> check(route.handler()));
        }
    }

    /**
     * Checks what a request was routed to.
     * @throws InvalidX402ConfigurationException if it would be served free
     */
    static void check(@Nullable Object handler) {
        if (handler instanceof HandlerFunction<?> && PAID.get(AopUtils.getTargetClass(handler))
                && !PaidHandlerProxies.gates(handler)) {
            throw ungated(AopUtils.getTargetClass(handler));
        }
    }

    /**
     * Whether the gate is around a bean of a factory or of its parents, or is going to be
     * where the bean is not made yet.
     */
    static boolean gates(ConfigurableListableBeanFactory beans, String name) {
        BeanFactory owner = beans;
        while (owner instanceof HierarchicalBeanFactory factory && !factory.containsLocalBean(name)) {
            owner = factory.getParentBeanFactory();
        }
        Object bean = (owner instanceof ConfigurableListableBeanFactory factory && factory.containsSingleton(name))
                ? factory.getSingleton(name) : null;
        if (bean != null && !(bean instanceof FactoryBean) && !PaidHandlerProxies.looksUp(bean)) {
            return PaidHandlerProxies.gates(bean);
        }
        return owner instanceof AbstractBeanFactory factory
                && factory.getBeanPostProcessors().stream().anyMatch(PaidHandlerProxies.class::isInstance);
    }

    private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String name) {
        Object bean = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
        Class<?> type = (bean != null && !(bean instanceof FactoryBean)) ? AopProxyUtils.ultimateTargetClass(bean)
                : AutoProxyUtils.determineTargetClass(beans, name);
        return (type != null) ? ClassUtils.getUserClass(type) : null;
    }

    private static InvalidX402ConfigurationException ungated(Class<?> type) {
        return PaidFunctionAdvisor.unusable(ClassUtils.getUserClass(type),
                "is no bean of the application context that has the gate, so that it would be served free");
    }

}
