package io.github.x402spring.webmvc;

import java.lang.reflect.Method;

import jakarta.servlet.http.HttpServletResponse;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Settles what is paid upfront behind the advice of Spring Security: when a rule such as
 * {@code @PreAuthorize} has let the call of the handler through, and before the handler's
 * own code runs. Takes effect on controllers that method security puts behind a proxy.
 *
 * @since 0.1.0
 */
public final class UpfrontSettlementAdvisor extends StaticMethodMatcherPointcutAdvisor {

    /** Creates an advisor that comes after all others. */
    public UpfrontSettlementAdvisor() {
        super((MethodInterceptor) UpfrontSettlementAdvisor::settle);
        setOrder(Ordered.LOWEST_PRECEDENCE);
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return PaidEndpointRegistry.annotation(targetClass, method) != null
                && GuardedHandlers.guards(targetClass, AopUtils.getMostSpecificMethod(method, targetClass));
    }

    private static @Nullable Object settle(MethodInvocation invocation) throws Throwable {
        HeldPayment payment = current();
        if (payment != null && !payment.settleUpfront()) {
            throw new NotSettledException();
        }
        return invocation.proceed();
    }

    /** The payment of the request that this thread works on, if any. */
    private static @Nullable HeldPayment current() {
        HttpServletResponse response = (RequestContextHolder
            .getRequestAttributes() instanceof ServletRequestAttributes attributes) ? attributes.getResponse() : null;
        return (response != null) ? HeldPayment.of(response) : null;
    }

    /**
     * Keeps the handler from running; the client was answered.
     */
    static final class NotSettledException extends RuntimeException {

        NotSettledException() {
            super("The payment was not settled, and the handler does not run", null, false, false);
        }

    }

}
