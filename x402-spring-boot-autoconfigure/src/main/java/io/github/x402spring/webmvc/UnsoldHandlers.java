package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.function.RouterFunction;

/**
 * Guard of handlers with a price in an application without a payment gate. Such a handler
 * is refused, unless the application states that it is free. The check at start-up knows
 * the types of beans only; this one sees every handler that a request is mapped to.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class UnsoldHandlers implements HandlerInterceptor {

    /**
     * Methods of a handler's class, and whether they have a price: looked up once each.
     */
    private static final ClassValue<ConcurrentMap<Method, Boolean>> PRICED = new ClassValue<>() {

        @Override
        protected ConcurrentMap<Method, Boolean> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }

    };

    private final ListableBeanFactory beanFactory;

    private final boolean free;

    /**
     * Creates a guard.
     * @param beanFactory has the router functions
     * @param free whether handlers with a price are served without payment
     */
    public UnsoldHandlers(ListableBeanFactory beanFactory, boolean free) {
        this.beanFactory = beanFactory;
        this.free = free;
    }

    boolean free() {
        return this.free;
    }

    /**
     * Returns the names under which router functions sell routes by
     * {@link X402Functions}.
     * @return the names of endpoints, sorted; empty if no route has a price
     */
    public Set<String> routes() {
        Set<String> names = new TreeSet<>();
        for (RouterFunction<?> router : this.beanFactory.getBeansOfType(RouterFunction.class, false, true).values()) {
            FunctionRoutes.of(router, null).routes().forEach((route) -> {
                if (route.filter() != null) {
                    names.add(route.filter().declaration().value());
                }
            });
        }
        return names;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (this.free) {
            return true;
        }
        if (handler instanceof HandlerMethod method && isPriced(method)) {
            throw new IllegalStateException("Handler " + method.getShortLogMessage() + " has a price, and nothing is "
                    + "sold: set x402.pay-to, also where code names the recipient or the handler is no bean");
        }
        UngatedFunctions.check(handler);
        return true;
    }

    private static boolean isPriced(HandlerMethod handler) {
        Class<?> type = handler.getBeanType();
        return PRICED.get(type)
            .computeIfAbsent(handler.getMethod(), (method) -> PaidEndpointRegistry.annotation(type, method) != null);
    }

}
