package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;

/**
 * Advice that is the gate around a handler function whose class has a price, outside of
 * all other advice of the bean.
 */
final class PaidFunctionAdvisor extends StaticMethodMatcherPointcutAdvisor {

    private volatile @Nullable HandlerMethod handler;

    PaidFunctionAdvisor() {
        setAdvice((MethodInterceptor) this::gate);
    }

    /** Whether a class is a handler function with a price. */
    static boolean isPaid(Class<?> type) {
        return HandlerFunction.class.isAssignableFrom(type)
                && PaidEndpointRegistry.annotation(type, FunctionGate.HANDLE) != null;
    }

    /**
     * Checks that calls of a handler function can be intercepted and refused.
     * @throws InvalidX402ConfigurationException if they cannot
     */
    static void check(Class<?> type, boolean byClass) {
        Method method = AopUtils.getMostSpecificMethod(FunctionGate.HANDLE, type);
        if (byClass && (Modifier.isFinal(type.getModifiers()) || Modifier.isFinal(method.getModifiers()))) {
            throw unusable(type, "is final, or its method is, so that nothing can be put around it");
        }
        if (!method.getReturnType().isAssignableFrom(PaidFunctionResponse.class)) {
            throw unusable(type,
                    "returns no other than its own kind of ServerResponse, so that it cannot ask for a payment");
        }
    }

    static InvalidX402ConfigurationException unusable(Class<?> type, String problem) {
        return new InvalidX402ConfigurationException(
                "Handler function " + type.getName() + " has @PaidEndpoint and " + problem,
                "Remove @PaidEndpoint there, and filter the route with X402Functions.paid(\"name\", \"$0.01\").");
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return isHandle(method) && isPaid(targetClass);
    }

    static boolean isHandle(Method method) {
        return method.getName().equals(FunctionGate.HANDLE.getName()) && method.getParameterCount() == 1
                && method.getParameterTypes()[0] == ServerRequest.class;
    }

    private @Nullable Object gate(MethodInvocation invocation) throws Exception {
        HandlerMethod handler = this.handler;
        if (handler == null) {
            handler = new HandlerMethod(((ProxyMethodInvocation) invocation).getProxy(), FunctionGate.HANDLE);
            this.handler = handler;
        }
        return FunctionGate.call(handler, (ServerRequest) invocation.getArguments()[0],
                (request) -> proceed(invocation));
    }

    /** No response is one that the function has written by itself. */
    @SuppressWarnings("NullAway")
    private static ServerResponse proceed(MethodInvocation invocation) throws Exception {
        try {
            return (ServerResponse) invocation.proceed();
        }
        catch (Exception | Error ex) {
            throw ex;
        }
        catch (Throwable ex) {
            throw new IllegalStateException(ex);
        }
    }

}
