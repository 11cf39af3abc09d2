package io.github.x402spring.autoconfigure.security;

import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.HandlerInterceptor;

import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * Interceptor that denies a request which was let through for a paid handler and reaches
 * another one, because a filter behind Spring Security changed it, such as its method.
 */
final class MisdirectedRequestInterceptor implements HandlerInterceptor {

    private static final Logger log = LoggerFactory.getLogger(MisdirectedRequestInterceptor.class);

    private final SingletonSupplier<PaidEndpointRegistry> registry;

    private final AtomicBoolean logged = new AtomicBoolean();

    MisdirectedRequestInterceptor(ObjectProvider<PaidEndpointRegistry> registry) {
        this.registry = SingletonSupplier.of(registry::getIfAvailable);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        PaidEndpointRegistry registry = this.registry.get();
        if (registry != null && registry.isMisdirected(request, handler)) {
            log.atLevel(this.logged.compareAndSet(false, true) ? Level.WARN : Level.DEBUG)
                .log("A request for a paid endpoint reached another handler and was denied: a filter behind "
                        + "Spring Security changes its method, path or headers");
            throw new AccessDeniedException("The request was opened for a paid handler and reached another");
        }
        return true;
    }

}
