package io.github.x402spring.webmvc;

import java.util.stream.BaseStream;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.web.method.HandlerMethod;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Pair of interceptors around a rule of method security on a paid handler, which notices
 * that a denial was turned into a value: the rule returned without having called the
 * handler, or another object than the handler did.
 */
final class DenialWatch {

    private DenialWatch() {
    }

    static boolean isRule(Advisor advisor) {
        return advisor.getAdvice() instanceof AuthorizationAdvisor;
    }

    static void around(Advised proxy, Advisor rule) {
        Pointcut pointcut = (rule instanceof PointcutAdvisor advisor) ? advisor.getPointcut() : Pointcut.TRUE;
        int index = proxy.indexOf(rule);
        String name = DenialWatch.class.getName() + "." + index;
        proxy.addAdvisor(index + 1,
                new DefaultPointcutAdvisor(pointcut, (MethodInterceptor) (call) -> note(call, name)));
        proxy.addAdvisor(index, new DefaultPointcutAdvisor(pointcut, (MethodInterceptor) (call) -> watch(call, name)));
    }

    private static @Nullable Object watch(MethodInvocation invocation, String name) throws Throwable {
        HeldPayment payment = HeldPayment.current();
        if (payment == null || !calls(payment, invocation)) {
            return invocation.proceed();
        }
        Passage passage = new Passage();
        ((ProxyMethodInvocation) invocation).setUserAttribute(name, passage);
        Object result = invocation.proceed();
        if (!passage.through || (result != passage.result && !filtered(invocation, result))) {
            payment.denied(invocation, result);
        }
        return result;
    }

    /**
     * Whether a method is the handler, or one that a handler function may take its
     * response from.
     */
    private static boolean calls(HeldPayment payment, MethodInvocation invocation) {
        HandlerMethod handler = payment.handler();
        Object target = invocation.getThis();
        return payment.isHandler(invocation) || (handler != null && target != null
                && FunctionGate.HANDLE.equals(handler.getMethod()) && PaidHandlerProxies
                    .responds(AopUtils.getMostSpecificMethod(invocation.getMethod(), target.getClass())));
    }

    /** A filter puts what it leaves of an array or a stream into a new one. */
    private static boolean filtered(MethodInvocation invocation, @Nullable Object result) {
        Object target = invocation.getThis();
        return target != null && result != null && (result.getClass().isArray() || result instanceof BaseStream)
                && (AnnotatedElementUtils.hasAnnotation(
                        AopUtils.getMostSpecificMethod(invocation.getMethod(), target.getClass()), PostFilter.class)
                        || AnnotatedElementUtils.hasAnnotation(target.getClass(), PostFilter.class));
    }

    private static @Nullable Object note(MethodInvocation invocation, String name) throws Throwable {
        Object passage = ((ProxyMethodInvocation) invocation).getUserAttribute(name);
        Object result = invocation.proceed();
        if (passage instanceof Passage noted) {
            noted.through = true;
            noted.result = result;
        }
        return result;
    }

    private static final class Passage {

        private boolean through;

        private @Nullable Object result;

    }

}
