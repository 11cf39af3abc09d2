package io.github.x402spring.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.aop.support.AopUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.function.HandlerFunction;

/**
 * Guard of what has a price in an application without a payment gate, which sells
 * nothing: it is not served, unless the application states that it is free. It finds also
 * what was no bean when the application was put together.
 *
 * @since 0.1.0
 */
public final class UnsoldHandlers implements HandlerInterceptor {

    private final boolean free;

    /**
     * Creates a guard.
     * @param free whether what has a price is served without payment
     */
    public UnsoldHandlers(boolean free) {
        this.free = free;
    }

    boolean free() {
        return this.free;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!this.free && isPriced(handler)) {
            throw new IllegalStateException("What has a price is not served where nothing is sold: set x402.pay-to, "
                    + "also where the recipient is named in code or the handler is no bean");
        }
        return true;
    }

    private static boolean isPriced(Object handler) {
        return switch (handler) {
            case HandlerMethod method ->
                PaidEndpointRegistry.annotation(method.getBeanType(), method.getMethod()) != null;
            case HandlerFunction<?> function -> PaidFunctionAdvisor.isPaid(AopUtils.getTargetClass(function));
            default -> false;
        };
    }

}
