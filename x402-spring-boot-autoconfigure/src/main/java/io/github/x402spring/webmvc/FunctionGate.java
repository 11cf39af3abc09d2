package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.UnaryOperator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.support.RequestContextUtils;
import org.springframework.web.util.ServletRequestPathUtils;

import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.webmvc.hold.HeldPayment;
import io.github.x402spring.webmvc.hold.HeldResponse;

/**
 * Gate around a handler function: admits the payment of the request that the present
 * thread serves, and notices what the function and the filters around it do.
 */
final class FunctionGate {

    static final Method HANDLE = ClassUtils.getMethod(HandlerFunction.class, "handle", ServerRequest.class);

    private static final Logger logger = LoggerFactory.getLogger(FunctionGate.class);

    private final PaymentInterceptor interceptor;

    /** Takes the place of payments in tests. */
    private final @Nullable UnpaidFunctions unpaid;

    /**
     * Responses that are watched, with the payments in flight for them: more than one if
     * an application has constant responses.
     */
    private final Map<ServerResponse, Set<HeldPayment>> watched = new WeakHashMap<>();

    FunctionGate(PaymentInterceptor interceptor, @Nullable UnpaidFunctions unpaid) {
        this.interceptor = interceptor;
        this.unpaid = unpaid;
        if (unpaid != null) {
            logger.warn("Functional endpoints are served WITHOUT PAYMENT: there is a bean of type UnpaidFunctions");
        }
    }

    static ServerResponse filter(PaidFunctionFilter filter,
            List<HandlerFilterFunction<ServerResponse, ServerResponse>> inner, ServerRequest request,
            HandlerFunction<ServerResponse> next) throws Exception {
        ServletRequestAttributes dispatch = dispatch();
        FunctionGate gate = find(dispatch.getRequest());
        if (gate == null) {
            return compose(inner, next, UnaryOperator.identity()).handle(request);
        }
        return gate.pass(dispatch, gate.interceptor.registry().find(filter), null, inner, request, next);
    }

    static ServerResponse call(HandlerMethod handler, ServerRequest request, HandlerFunction<ServerResponse> next)
            throws Exception {
        ServletRequestAttributes dispatch = dispatch();
        FunctionGate gate = find(dispatch.getRequest());
        if (gate == null) {
            return next.handle(request);
        }
        RegisteredEndpoint endpoint = gate.interceptor.registry().find(handler);
        if (endpoint == null) {
            throw new IllegalStateException("A handler function that has no price is behind the gate");
        }
        return gate.pass(dispatch, endpoint, handler, List.of(), request, next);
    }

    private ServerResponse pass(ServletRequestAttributes dispatch, RegisteredEndpoint endpoint,
            @Nullable HandlerMethod handler, List<HandlerFilterFunction<ServerResponse, ServerResponse>> inner,
            ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        HttpServletResponse response = dispatch.getResponse();
        if (response == null) {
            throw new IllegalStateException("A paid handler function has no response that could be held");
        }
        bindPath(dispatch.getRequest());
        if (this.unpaid != null) {
            this.unpaid.check(endpoint.definition(), dispatch.getRequest());
            return compose(inner, next, UnaryOperator.identity()).handle(request);
        }
        HeldResponse refusal = this.interceptor.admitFunction(endpoint, handler, dispatch.getRequest(), response);
        if (refusal != null) {
            return PaidFunctionResponse.toWrite(refusal);
        }
        HeldPayment payment = HeldPayment.of(response);
        if (payment == null) {
            throw new IllegalStateException("A paid handler function was reached with a response that is not held");
        }
        HandlerFunction<ServerResponse> last = (passed) -> {
            HandlerMethod reached = (handler != null) ? handler : new HandlerMethod(next, HANDLE);
            if (!payment.reach(reached, PaidHandlerProxies.settles(reached.getBean()))) {
                return PaidFunctionResponse.written(payment.status());
            }
            payment.handlerCalled();
            return next.handle(passed);
        };
        return compose(inner, last, (step) -> watch(payment, step)).handle(request);
    }

    /**
     * Puts filters around a handler function, and something around each of them.
     */
    private static HandlerFunction<ServerResponse> compose(
            List<HandlerFilterFunction<ServerResponse, ServerResponse>> filters, HandlerFunction<ServerResponse> last,
            UnaryOperator<HandlerFunction<ServerResponse>> around) {
        HandlerFunction<ServerResponse> composed = around.apply(last);
        for (int i = filters.size() - 1; i >= 0; i--) {
            HandlerFilterFunction<ServerResponse, ServerResponse> filter = filters.get(i);
            HandlerFunction<ServerResponse> next = composed;
            composed = around.apply((request) -> filter.filter(request, next));
        }
        return composed;
    }

    /**
     * Notices that a handler function or a filter fails, or what it returns does later,
     * before the error handlers around it do.
     */
    private HandlerFunction<ServerResponse> watch(HeldPayment payment, HandlerFunction<ServerResponse> step) {
        return (request) -> {
            ServerResponse response;
            try {
                response = step.handle(request);
            }
            catch (Exception | Error ex) {
                payment.handlerFailed();
                throw ex;
            }
            payment.responds(response);
            if (isSprings(response)) {
                watch(payment, request, response);
            }
            return response;
        };
    }

    private static boolean isSprings(@Nullable ServerResponse response) {
        return response != null && response.getClass().getPackage() == ServerResponse.class.getPackage();
    }

    /** Comes before all error handlers, and leaves every exception to them. */
    private void watch(HeldPayment payment, ServerRequest request, ServerResponse response) throws Exception {
        synchronized (this.watched) {
            Set<HeldPayment> payments = this.watched.get(response);
            if (payments != null) {
                payments.add(payment);
                return;
            }
            Set<HeldPayment> added = Collections.newSetFromMap(new WeakHashMap<>());
            added.add(payment);
            this.watched.put(response, added);
            HandlerFilterFunction.<ServerResponse>ofErrorHandler((thrown) -> {
                failed(added);
                return false;
            }, (thrown, failed) -> response).filter(request, (passed) -> response);
        }
    }

    /**
     * A response is written by the thread of its request, or else by one that need not
     * know which request it is. Where several share a response, or the thread has another
     * request, none of them is served then.
     */
    private void failed(Set<HeldPayment> payments) {
        HeldPayment current = HeldPayment.current();
        boolean ofARequest = RequestContextHolder.getRequestAttributes() != null;
        synchronized (this.watched) {
            if (current != null && payments.contains(current)) {
                current.handlerFailed();
            }
            else {
                payments.forEach((payments.size() == 1 && !ofARequest) ? HeldPayment::handlerFailed
                        : HeldPayment::handlerPerhapsFailed);
            }
        }
    }

    /**
     * Stores what a handler function can distinguish in a path where handler methods have
     * it, for prices, policies and the binding of payments.
     */
    private static void bindPath(HttpServletRequest request) {
        Object variables = request.getAttribute(RouterFunctions.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        request.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
                (variables instanceof Map) ? variables : Map.of());
        for (PathContainer.Element element : ServletRequestPathUtils.getParsedRequestPath(request).elements()) {
            if (element instanceof PathContainer.PathSegment segment && !segment.parameters().isEmpty()) {
                request.setAttribute(HandlerMapping.MATRIX_VARIABLES_ATTRIBUTE,
                        Map.of(segment.valueToMatch(), segment.parameters()));
            }
        }
    }

    /**
     * What the client sent counts, and not what a filter function makes of it.
     */
    private static ServletRequestAttributes dispatch() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                && !attributes.getRequest().isAsyncStarted()) {
            return attributes;
        }
        throw new IllegalStateException(
                "A paid handler function is called on the thread that serves the request, and by no other");
    }

    /**
     * Returns the gate of the application, or {@code null} if it has none and states that
     * what has a price is free.
     */
    private static @Nullable FunctionGate find(HttpServletRequest request) {
        ApplicationContext context = RequestContextUtils.findWebApplicationContext(request);
        if (context != null) {
            PaymentInterceptor interceptor = context.getBeanProvider(PaymentInterceptor.class).getIfAvailable();
            if (interceptor != null) {
                return interceptor.functions();
            }
            UnsoldHandlers unsold = context.getBeanProvider(UnsoldHandlers.class).getIfAvailable();
            if (unsold != null && unsold.free()) {
                return null;
            }
        }
        throw new IllegalStateException("Nothing admits payments in the application context of this request; paid "
                + "handler functions need the auto-configuration of x402");
    }

}
