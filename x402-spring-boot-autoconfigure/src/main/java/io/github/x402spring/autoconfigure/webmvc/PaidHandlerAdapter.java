package io.github.x402spring.autoconfigure.webmvc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.support.RequestContextUtils;

import io.github.x402spring.webmvc.PaymentInterceptor;
import io.github.x402spring.webmvc.hold.HeldPayment;

/**
 * Last point before a paid handler, behind all interceptors of all handler mappings. Only
 * a response to a request that passed it is billable, and what is paid upfront is settled
 * there. Leaves the call to the adapter that would have made it.
 * <ul>
 * <li>A handler whose mapping leaves interceptors out is gated here.</li>
 * <li>A handler that a paid one forwards to is passed on, and counts as reached.</li>
 * <li>An exception of the handler, or any other that an exception resolver is asked
 * about, makes the response another one than the handler's.</li>
 * </ul>
 */
final class PaidHandlerAdapter implements HandlerAdapter, HandlerExceptionResolver, PriorityOrdered {

    private final PaymentInterceptor interceptor;

    /** One for each application context that has a {@code DispatcherServlet}. */
    private final Map<ApplicationContext, List<HandlerAdapter>> adapters = new ConcurrentHashMap<>();

    PaidHandlerAdapter(PaymentInterceptor interceptor) {
        this.interceptor = interceptor;
    }

    /** Comes before every adapter and every resolver that is not a bean of this kind. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public boolean supports(Object handler) {
        return isPaid(handler) || HeldPayment.current() != null;
    }

    private boolean isPaid(Object handler) {
        return handler instanceof HandlerMethod method && this.interceptor.gates(method);
    }

    @Override
    public @Nullable ModelAndView handle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws Exception {
        HandlerAdapter adapter = adapter(request, handler);
        if (!isPaid(handler)) {
            passOn(request, response);
            return adapter.handle(request, response, handler);
        }
        if (!this.interceptor.preHandle(request, response, handler)) {
            return null;
        }
        HeldPayment payment = this.interceptor.reach(response, (HandlerMethod) handler);
        if (payment == null) {
            return null;
        }
        try {
            return adapter.handle(request, response, handler);
        }
        catch (Exception | Error ex) {
            payment.handlerFailed();
            throw ex;
        }
    }

    private static void passOn(HttpServletRequest request, HttpServletResponse response) {
        HeldPayment payment = (request.getDispatcherType() != DispatcherType.INCLUDE) ? HeldPayment.of(response) : null;
        if (payment != null) {
            payment.reachOther();
        }
    }

    @Override
    public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
            @Nullable Object handler, Exception ex) {
        HeldPayment payment = HeldPayment.of(response);
        if (payment != null) {
            payment.handlerFailed();
        }
        return null;
    }

    private HandlerAdapter adapter(HttpServletRequest request, Object handler) {
        ApplicationContext context = RequestContextUtils.findWebApplicationContext(request);
        if (context != null) {
            for (HandlerAdapter adapter : this.adapters.computeIfAbsent(context, PaidHandlerAdapter::adapters)) {
                if (adapter.supports(handler)) {
                    return adapter;
                }
            }
        }
        throw new IllegalStateException("No adapter for handler [" + handler + "]");
    }

    private static List<HandlerAdapter> adapters(ApplicationContext context) {
        List<HandlerAdapter> adapters = new ArrayList<>(
                BeanFactoryUtils.beansOfTypeIncludingAncestors(context, HandlerAdapter.class, true, false).values());
        adapters.removeIf(PaidHandlerAdapter.class::isInstance);
        AnnotationAwareOrderComparator.sort(adapters);
        return List.copyOf(adapters);
    }

}
