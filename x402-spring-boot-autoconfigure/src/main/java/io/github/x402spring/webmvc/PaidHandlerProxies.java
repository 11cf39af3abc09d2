package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Post-processor of controllers with paid handlers and of handler functions. Inside of
 * their proxies it settles upfront, behind all other advice, and notices denials that
 * method security turns into values. Handler functions with a price get a proxy with the
 * gate. Denials are noticed also of other beans that handler functions take their
 * responses from. Applied after all others that create proxies.
 */
final class PaidHandlerProxies implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object unpaid, String beanName) {
        Object bean = (unpaid instanceof HandlerFunction<?> function) ? gated(function) : unpaid;
        // Behind a proxy that looks its target up, there is another one if anything
        // guards it.
        if (bean instanceof Advised proxy && !proxy.isFrozen() && proxy.getTargetSource().isStatic()) {
            Class<?> type = AopUtils.getTargetClass(bean);
            boolean sells = sells(type);
            if (sells || has(type, PaidHandlerProxies::responds)) {
                for (Advisor advisor : proxy.getAdvisors()) {
                    if (DenialWatch.isRule(advisor)) {
                        DenialWatch.around(proxy, advisor);
                    }
                }
            }
            if (sells) {
                proxy.addAdvisor(new UpfrontSettlementAdvisor());
            }
        }
        return bean;
    }

    private static Object gated(HandlerFunction<?> function) {
        Class<?> type = AopUtils.getTargetClass(function);
        if (!PaidFunctionAdvisor.isPaid(type) || gates(function)) {
            return function;
        }
        if (function instanceof Advised proxy) {
            PaidFunctionAdvisor.check(type, proxy.isProxyTargetClass());
            if (proxy.isFrozen()) {
                throw PaidFunctionAdvisor.unusable(type, "is behind a proxy that takes no advice");
            }
            proxy.addAdvisor(0, new PaidFunctionAdvisor());
            return function;
        }
        PaidFunctionAdvisor.check(type, true);
        ProxyFactory factory = new ProxyFactory(function);
        factory.setProxyTargetClass(true);
        factory.addAdvisor(new PaidFunctionAdvisor());
        try {
            return factory.getProxy(type.getClassLoader());
        }
        catch (AopConfigException ex) {
            throw PaidFunctionAdvisor.unusable(type, "cannot be extended, so that nothing can be put around it");
        }
    }

    /**
     * Whether calls of a handler function go through a gate of its own. What a proxy
     * looks up is another bean.
     */
    static boolean gates(Object function) {
        if (looksUp(function)) {
            return PaidFunctionAdvisor.isPaid(AopUtils.getTargetClass(function));
        }
        return proxyWith(PaidFunctionAdvisor.class, function) != null;
    }

    /** Whether a proxy takes another bean for each call. */
    static boolean looksUp(Object bean) {
        return bean instanceof Advised proxy && proxy.getTargetSource() instanceof AbstractBeanFactoryBasedTargetSource;
    }

    private static boolean sells(Class<?> type) {
        return HandlerFunction.class.isAssignableFrom(type)
                || has(type, (method) -> PaidEndpointRegistry.annotation(type, method) != null);
    }

    /** Whether a handler function may be a reference to a method, or call it. */
    static boolean responds(Method method) {
        return ServerResponse.class.isAssignableFrom(method.getReturnType());
    }

    private static boolean has(Class<?> type, Predicate<Method> condition) {
        boolean[] has = new boolean[1];
        ReflectionUtils.doWithMethods(type, (method) -> has[0] |= condition.test(method),
                ReflectionUtils.USER_DECLARED_METHODS);
        return has[0];
    }

    /** Whether the proxy of a controller settles what is paid upfront. */
    static boolean settles(Object controller) {
        return proxyWith(UpfrontSettlementAdvisor.class, controller) != null;
    }

    /**
     * Whether a controller is guarded by method security, and its payments are settled
     * behind that.
     */
    static boolean settlesBehindGuards(Object controller) {
        Advised proxy = proxyWith(UpfrontSettlementAdvisor.class, controller);
        if (proxy != null) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (DenialWatch.isRule(advisor)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable Advised proxyWith(Class<? extends Advisor> type, @Nullable Object proxied) {
        Object bean = proxied;
        while (bean instanceof Advised proxy) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (type.isInstance(advisor)) {
                    return proxy;
                }
            }
            bean = target(proxy.getTargetSource());
        }
        return null;
    }

    private static @Nullable Object target(TargetSource source) {
        try {
            Object target = source.getTarget();
            if (target != null && !source.isStatic()) {
                source.releaseTarget(target);
            }
            return target;
        }
        catch (Exception ex) {
            // Outside of its scope there is none.
            return null;
        }
    }

}
