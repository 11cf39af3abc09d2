package io.github.x402spring.autoconfigure.security;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.web.servlet.ApplicationContextRequestMatcher;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * Creates request matchers for paid endpoints, for an application's own security filter
 * chains.
 *
 * @since 0.1.0
 */
public final class PaidEndpointRequest {

    private PaidEndpointRequest() {
    }

    /**
     * Matches requests that a paid handler is going to get, and their error pages. Path,
     * method and headers decide, as read by the handler mappings; the body is not read. A
     * request that a mapping itself rejects, with 405 for one, matches where nothing but
     * paid handlers is mapped to its path. A request for which a mapping decides by the
     * parameters of a form does not match.
     * @return the matcher
     */
    public static RequestMatcher toAnyPaidEndpoint() {
        return new PaidEndpointRequestMatcher();
    }

    /**
     * Matches requests that read the documents which tell agents and registries what is
     * sold: {@code /openapi.json}, {@code /llms.txt} and the others that
     * {@code x402.discovery} turns on, as far as the starter serves them, and the icon.
     * @return the matcher
     */
    public static RequestMatcher toDiscoveryDocuments() {
        return new DiscoveryRequestMatcher();
    }

    /** Matches paths to the letter, so that there is no second spelling of one. */
    private static final class DiscoveryRequestMatcher extends ApplicationContextRequestMatcher<WebApplicationContext> {

        private static final String MAPPING = "x402DiscoveryHandlerMapping";

        private final DispatcherServlets servlets = new DispatcherServlets();

        private volatile @Nullable Set<String> paths;

        DiscoveryRequestMatcher() {
            super(WebApplicationContext.class);
        }

        @Override
        protected boolean ignoreApplicationContext(WebApplicationContext context) {
            return !context.containsLocalBean(MAPPING);
        }

        @Override
        protected boolean matches(HttpServletRequest request, Supplier<WebApplicationContext> context) {
            return Set.of("GET", "HEAD").contains(request.getMethod()) && this.servlets.areReachedBy(request)
                    && paths(context.get()).contains(request.getRequestURI());
        }

        private Set<String> paths(WebApplicationContext context) {
            Set<String> known = this.paths;
            if (known == null) {
                known = find(context);
                this.paths = known;
            }
            return known;
        }

        private static Set<String> find(WebApplicationContext context) {
            DispatcherServletPath servlet = context.getBeanProvider(DispatcherServletPath.class).getIfAvailable();
            ServletContext application = context.getServletContext();
            String prefix = ((application != null) ? application.getContextPath() : "")
                    + ((servlet != null) ? servlet.getPrefix() : "");
            Set<String> paths = new HashSet<>();
            context.getBean(MAPPING, SimpleUrlHandlerMapping.class)
                .getHandlerMap()
                .keySet()
                .forEach((path) -> paths.add(prefix + path));
            String icon = context.getBean(X402DiscoveryProperties.class).icon();
            if (icon != null) {
                paths.add(prefix + icon);
            }
            return paths;
        }

    }

    private static final class PaidEndpointRequestMatcher
            extends ApplicationContextRequestMatcher<PaidEndpointRegistry> {

        private final DispatcherServlets servlets = new DispatcherServlets();

        PaidEndpointRequestMatcher() {
            super(PaidEndpointRegistry.class);
        }

        @Override
        protected boolean ignoreApplicationContext(WebApplicationContext context) {
            return context.getBeanNamesForType(PaidEndpointRegistry.class).length == 0;
        }

        @Override
        protected boolean matches(HttpServletRequest request, Supplier<PaidEndpointRegistry> registry) {
            boolean errorPage = request.getDispatcherType() == DispatcherType.ERROR;
            return (errorPage || this.servlets.areReachedBy(request)) && registry.get().resolvesToPaid(request);
        }

    }

    /**
     * Servlets that use the handler mappings. Another servlet may be mapped to a path
     * that a handler is mapped to, too.
     */
    private static final class DispatcherServlets {

        private volatile @Nullable Set<String> servlets;

        boolean areReachedBy(HttpServletRequest request) {
            Object mapping = (request.getDispatcherType() == DispatcherType.INCLUDE)
                    ? request.getAttribute(RequestDispatcher.INCLUDE_MAPPING) : request.getHttpServletMapping();
            // A mock request has a mapping without a servlet.
            return mapping instanceof HttpServletMapping target
                    && (target.getServletName().isEmpty() || servlets(request).contains(target.getServletName()));
        }

        private Set<String> servlets(HttpServletRequest request) {
            Set<String> known = this.servlets;
            if (known == null) {
                WebApplicationContext context = WebApplicationContextUtils
                    .getRequiredWebApplicationContext(request.getServletContext());
                known = new HashSet<>();
                for (ServletRegistrationBean<?> registration : context.getBeansOfType(ServletRegistrationBean.class)
                    .values()) {
                    if (registration.getServlet() instanceof DispatcherServlet servlet
                            && servlet.getWebApplicationContext() == context) {
                        known.add(registration.getServletName());
                    }
                }
                this.servlets = known;
            }
            return known;
        }

    }

}
