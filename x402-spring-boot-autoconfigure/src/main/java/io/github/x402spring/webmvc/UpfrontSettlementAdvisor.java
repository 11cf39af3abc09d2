package io.github.x402spring.webmvc;

import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.web.servlet.function.HandlerFunction;

import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Advice that settles what is paid upfront, behind all other advice of a proxied
 * controller or handler function: when rules such as {@code @PreAuthorize} have let the
 * call of the handler through, and before the handler's own code runs.
 */
final class UpfrontSettlementAdvisor extends StaticMethodMatcherPointcutAdvisor {

    UpfrontSettlementAdvisor() {
        super((MethodInterceptor) UpfrontSettlementAdvisor::settle);
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return PaidEndpointRegistry.annotation(targetClass, method) != null
                || (HandlerFunction.class.isAssignableFrom(targetClass) && PaidFunctionAdvisor.isHandle(method));
    }

    private static @Nullable Object settle(MethodInvocation invocation) throws Throwable {
        HeldPayment payment = HeldPayment.current();
        if (payment != null && payment.isHandler(invocation) && !payment.settleUpfront()) {
            throw new NotSettledException();
        }
        return invocation.proceed();
    }

    /**
     * Thrown in place of running the handler; the client has its response.
     */
    static final class NotSettledException extends RuntimeException {

        NotSettledException() {
            super("The payment was not settled, and the handler does not run", null, false, false);
        }

    }

}
