package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaidEndpointCatalog;
import io.github.x402spring.gate.PaidEndpointListing;

/**
 * Knows which handler methods are paid, and under which terms. Built and checked at
 * start-up; a handler that is mapped later is looked at when it is first called.
 *
 * @since 0.1.0
 */
public final class PaidEndpointRegistry implements SmartInitializingSingleton, PaidEndpointCatalog {

    private final ConfigurableListableBeanFactory beanFactory;

    private final PaidEndpointFactory factory;

    private final PaidEndpointSettings settings;

    /** Free handlers are remembered too; there are as many entries as handler methods. */
    private final ConcurrentMap<Key, Optional<RegisteredEndpoint>> endpoints = new ConcurrentHashMap<>();

    /** Offers that differ in more than their price, of all endpoints. */
    private final ConcurrentMap<String, Offer> recipients = new ConcurrentHashMap<>();

    private volatile Set<PathPattern> patterns = Set.of();

    private volatile List<PaidEndpointListing> listings = List.of();

    private volatile List<Mapping> mappings = List.of();

    /**
     * Creates a registry.
     * @param beanFactory holds the handler mappings and the controllers
     * @param factory builds endpoints
     * @param settings what configuration says
     */
    public PaidEndpointRegistry(ConfigurableListableBeanFactory beanFactory, PaidEndpointFactory factory,
            PaidEndpointSettings settings) {
        this.beanFactory = beanFactory;
        this.factory = factory;
        this.settings = settings;
    }

    @Override
    public void afterSingletonsInstantiated() {
        PaidHandlerContradictions.checkBeans(this.beanFactory);
        Set<PathPattern> patterns = new LinkedHashSet<>();
        List<Mapping> mappings = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (RequestMappingHandlerMapping mapping : this.beanFactory.getBeansOfType(RequestMappingHandlerMapping.class)
            .values()) {
            mapping.getHandlerMethods().forEach((info, handler) -> {
                RegisteredEndpoint endpoint = find(handler);
                if (endpoint != null) {
                    checkMethods(endpoint, info);
                    checkGuard(endpoint, controller(handler));
                    Set<PathPattern> paths = (info.getPathPatternsCondition() != null)
                            ? info.getPathPatternsCondition().getPatterns() : Set.of();
                    patterns.addAll(paths);
                    mappings.add(new Mapping(endpoint, info));
                    names.add(endpoint.definition().name());
                }
            });
        }
        checkNames(names);
        this.factory.checkAll(mappings.stream().map(Mapping::endpoint).distinct().toList());
        this.patterns = Set.copyOf(patterns);
        this.mappings = List.copyOf(mappings);
        this.listings = PaidEndpointSummary.list(mappings, this.settings.defaultRule());
        PaidEndpointSummary.log(mappings, this.settings);
    }

    /** Returns the mappings of the handlers that were there at start-up. */
    List<Mapping> mappings() {
        return this.mappings;
    }

    /** Has the handlers that were there at start-up. */
    @Override
    public List<PaidEndpointListing> endpoints() {
        return this.listings;
    }

    /**
     * Tells whether a request may resolve to a paid handler, by its path alone. For
     * choosing a security filter chain; whether a request is paid for is decided on the
     * handler.
     * @param request the request
     * @return whether a paid handler is mapped to its path
     */
    public boolean mayBePaid(HttpServletRequest request) {
        PathContainer path = path(request).pathWithinApplication();
        for (PathPattern pattern : this.patterns) {
            if (pattern.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /** The error page of a paid request belongs to the paid request. */
    private RequestPath path(HttpServletRequest request) {
        Object failed = (request.getDispatcherType() == DispatcherType.ERROR)
                ? request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) : null;
        return (failed instanceof String uri)
                ? RequestPath.parse(uri, request.getContextPath() + this.settings.servletPath())
                : ServletRequestPathUtils.parse(request);
    }

    @Nullable RegisteredEndpoint find(HandlerMethod handler) {
        Class<?> type = targetClass(handler);
        Key key = new Key(type, handler.getMethod());
        Optional<RegisteredEndpoint> known = this.endpoints.get(key);
        if (known == null) {
            known = Optional.ofNullable(create(type, handler));
            Optional<RegisteredEndpoint> first = this.endpoints.putIfAbsent(key, known);
            known = (first != null) ? first : known;
        }
        return known.orElse(null);
    }

    private @Nullable RegisteredEndpoint create(Class<?> type, HandlerMethod handler) {
        Method method = AopUtils.getMostSpecificMethod(handler.getMethod(), type);
        PaidEndpoint annotation = annotation(type, handler.getMethod());
        RegisteredEndpoint endpoint = (annotation != null) ? this.factory.create(annotation, type, method) : null;
        if (endpoint != null) {
            for (OfferSource source : endpoint.offers()) {
                Offer offer = Offer.of(source.anyPrice());
                this.recipients.putIfAbsent(offer.tree().toString(), offer);
            }
        }
        return endpoint;
    }

    /**
     * Returns what any of the endpoints may be paid with.
     * @return terms with each recipient, network and asset, whatever they cost
     */
    List<Offer> recipients() {
        return List.copyOf(this.recipients.values());
    }

    static @Nullable PaidEndpoint annotation(Class<?> type, Method handler) {
        Method method = AopUtils.getMostSpecificMethod(handler, type);
        PaidEndpoint annotation = AnnotatedElementUtils.findMergedAnnotation(method, PaidEndpoint.class);
        if (annotation == null) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(handler, PaidEndpoint.class);
        }
        return (annotation != null) ? annotation : AnnotatedElementUtils.findMergedAnnotation(type, PaidEndpoint.class);
    }

    /**
     * A controller may be behind a proxy that shows its interfaces only, and shares its
     * class with the proxies of other controllers.
     */
    private Class<?> targetClass(HandlerMethod handler) {
        Object bean = controller(handler);
        if (bean != null) {
            return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        }
        Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, (String) handler.getBean());
        return ClassUtils.getUserClass((type != null) ? type : handler.getBeanType());
    }

    /** Returns {@code null} where it is not made yet, or made anew for each request. */
    private @Nullable Object controller(HandlerMethod handler) {
        Object bean = handler.getBean();
        if (bean instanceof String name) {
            return this.beanFactory.containsSingleton(name) ? this.beanFactory.getSingleton(name) : null;
        }
        return bean;
    }

    private static void checkGuard(RegisteredEndpoint endpoint, @Nullable Object controller) {
        if (controller != null && endpoint.definition().guarded()
                && !PaidHandlerProxies.settlesBehindGuards(controller)) {
            throw new InvalidPaidEndpointException("Paid endpoint '" + endpoint.definition().name()
                    + "' settles before its handler runs, and the rule of method security on it is not in effect",
                    "Add @EnableMethodSecurity, or state the rule in @PaidEndpoint(authorize = …) or x402.endpoints."
                            + endpoint.definition().name() + ".authorize.");
        }
    }

    private static void checkMethods(RegisteredEndpoint endpoint, RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        if (!methods.isEmpty()
                && Set.of(RequestMethod.HEAD, RequestMethod.OPTIONS, RequestMethod.TRACE).containsAll(methods)) {
            throw new InvalidPaidEndpointException(
                    "Paid endpoint '" + endpoint.definition().name() + "' answers " + methods
                            + " only, which nobody can pay for",
                    "Remove @PaidEndpoint from the handler, or map it to GET or another method with an answer.");
        }
    }

    private void checkNames(Set<String> names) {
        Set<String> unknown = new TreeSet<>(this.settings.endpoints().keySet());
        unknown.removeAll(names);
        if (!unknown.isEmpty()) {
            throw new InvalidPaidEndpointException(
                    "Configuration names paid endpoints that do not exist: " + String.join(", ", unknown),
                    "Correct or remove x402.endpoints." + unknown.iterator().next() + "; known endpoints are: "
                            + (names.isEmpty() ? "none" : String.join(", ", names)) + ".");
        }
    }

    /**
     * Is a paid handler with one of its mappings.
     */
    record Mapping(RegisteredEndpoint endpoint, RequestMappingInfo info) {
    }

    private record Key(Class<?> type, Method method) {
    }

}
