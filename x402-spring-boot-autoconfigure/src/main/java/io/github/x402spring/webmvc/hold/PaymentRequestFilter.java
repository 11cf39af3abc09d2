package io.github.x402spring.webmvc.hold;

import java.io.IOException;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.webmvc.hold.PaymentResponses.Response;

/**
 * Filter that puts a record under the body of a request with a payment, so that the
 * payment can be bound to it. It reads nothing by itself. Requests without a payment
 * header pass untouched.
 * <p>
 * Belongs outside of Spring Security's filter chain and of all filters that read
 * parameters, so that none of them takes the body away.
 */
final class PaymentRequestFilter extends OncePerRequestFilter {

    private static final int MAX_CAUSES = 10;

    private final int maxRequestBody;

    private final HeldMemory memory;

    private final PaymentDialects dialects;

    PaymentRequestFilter(int maxRequestBody, HeldMemory memory, PaymentDialects dialects) {
        this.dialects = dialects;
        this.memory = memory;
        this.maxRequestBody = maxRequestBody;
    }

    /**
     * Security may hide an error page, but not the reason for which a payment was not
     * taken.
     */
    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            Response substitute = Response.ofErrorPage(request);
            if (substitute == null) {
                chain.doFilter(request, response);
            }
            else {
                substitute.write(request, response);
            }
            return;
        }
        if (!this.dialects.presented(request::getHeaders)) {
            chain.doFilter(request, response);
            return;
        }
        BindableRequest bindable = new BindableRequest(request, this.maxRequestBody, this.memory);
        try {
            chain.doFilter(bindable, response);
        }
        catch (ServletException | RuntimeException ex) {
            UnreadableParametersException unreadable = unreadable(ex);
            if (unreadable == null || response.isCommitted()) {
                throw ex;
            }
            response.sendError(unreadable.getStatusCode().value());
        }
        finally {
            if (!request.isAsyncStarted() || !freeAtEnd(request, bindable)) {
                bindable.free();
            }
        }
    }

    /** Returns whether the asynchronous part goes on. */
    private static boolean freeAtEnd(HttpServletRequest request, BindableRequest bindable) {
        try {
            request.getAsyncContext().addListener(new AsyncEnd(bindable));
            return true;
        }
        catch (IllegalStateException ex) {
            return false;
        }
    }

    private static @Nullable UnreadableParametersException unreadable(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof UnreadableParametersException unreadable) {
                return unreadable;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /**
     * Listener that gives the memory of a body back when the asynchronous part has ended.
     */
    private record AsyncEnd(BindableRequest request) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            this.request.free();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
        }

        @Override
        public void onError(AsyncEvent event) {
        }

        /** A dispatch that starts another asynchronous part takes the listeners off. */
        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }

    }

}
