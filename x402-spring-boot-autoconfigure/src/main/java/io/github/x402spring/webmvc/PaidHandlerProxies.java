package io.github.x402spring.webmvc;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;

/**
 * Adds to controllers that are behind a proxy, and have paid handlers, what has to be
 * done inside of it: to settle upfront behind all other advice, and to notice denials
 * that method security turns into values. Makes no proxies, and comes after all that do.
 *
 * @since 0.1.0
 */
public final class PaidHandlerProxies implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        // Behind a proxy that looks its target up, there is another one if anything
        // guards it.
        if (bean instanceof Advised proxy && !proxy.isFrozen() && proxy.getTargetSource().isStatic()
                && sells(AopUtils.getTargetClass(bean))) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (DenialWatch.isRule(advisor)) {
                    DenialWatch.around(proxy, advisor);
                }
            }
            proxy.addAdvisor(new UpfrontSettlementAdvisor());
        }
        return bean;
    }

    private static boolean sells(Class<?> type) {
        boolean[] sells = new boolean[1];
        ReflectionUtils.doWithMethods(type,
                (method) -> sells[0] |= PaidEndpointRegistry.annotation(type, method) != null,
                ReflectionUtils.USER_DECLARED_METHODS);
        return sells[0];
    }

    /** Whether the proxy of a controller settles what is paid upfront. */
    static boolean settles(Object controller) {
        Advised proxy = settlingProxy(controller);
        return proxy != null;
    }

    /**
     * Whether a controller is guarded by method security, and its payments are settled
     * behind that.
     */
    static boolean settlesBehindGuards(Object controller) {
        Advised proxy = settlingProxy(controller);
        if (proxy != null) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (DenialWatch.isRule(advisor)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable Advised settlingProxy(@Nullable Object controller) {
        Object bean = controller;
        while (bean instanceof Advised proxy) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (advisor instanceof UpfrontSettlementAdvisor) {
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
