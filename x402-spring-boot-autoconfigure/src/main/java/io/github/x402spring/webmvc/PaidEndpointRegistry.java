package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaidEndpointCatalog;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.gate.PaidEndpointEnforcer;
import io.github.x402spring.gate.PaidEndpointListing;

/**
 * Knows which handler methods are paid, and under which terms. Built and checked at
 * start-up; a handler that is mapped later is looked at when it is first called.
 *
 * @since 0.1.0
 */
public final class PaidEndpointRegistry
        implements SmartInitializingSingleton, PaidEndpointCatalog, PaidEndpointEnforcer {

    /** Rules that let every payer in. */
    private static final Set<String> OPEN = Set.of("permitAll", "permitAll()", "permit-all");

    /** What a pattern has in place of a part of a path. */
    private static final Pattern VARIABLE = Pattern.compile("\\{(?:[^{}]|\\{[^{}]*})*}|\\*+|\\?");

    private final ConfigurableListableBeanFactory beanFactory;

    private final PaidEndpointFactory factory;

    private final PaidEndpointSettings settings;

    private final boolean complete;

    /** Free handlers are remembered too; there are as many entries as handler methods. */
    private final ConcurrentMap<Key, Optional<RegisteredEndpoint>> endpoints = new ConcurrentHashMap<>();

    /** Offers that differ in more than their price, of all endpoints. */
    private final ConcurrentMap<String, Offer> recipients = new ConcurrentHashMap<>();

    /** The first handler of each name. */
    private final ConcurrentMap<String, Named> names = new ConcurrentHashMap<>();

    private volatile HandlerLookup lookup = new HandlerLookup(List.of(), (handler) -> false);

    private volatile List<PaidEndpointListing> listings = List.of();

    private volatile List<Mapping> mappings = List.of();

    /**
     * Creates a registry.
     * @param beanFactory holds the handler mappings and the controllers
     * @param factory builds endpoints
     * @param settings what configuration says
     * @param complete whether all controllers of the application are there, as they are
     * outside of test slices; otherwise configuration may name endpoints that are not
     */
    public PaidEndpointRegistry(ConfigurableListableBeanFactory beanFactory, PaidEndpointFactory factory,
            PaidEndpointSettings settings, boolean complete) {
        this.complete = complete;
        this.beanFactory = beanFactory;
        this.factory = factory;
        this.settings = settings;
    }

    @Override
    public void afterSingletonsInstantiated() {
        HandlerLookup lookup = new HandlerLookup(handlerMappings(), (handler) -> find(handler) != null);
        List<Mapping> mappings = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (RequestMappingInfoHandlerMapping mapping : lookup.methodMappings()) {
            mapping.getHandlerMethods().forEach((info, handler) -> {
                RegisteredEndpoint endpoint = find(handler);
                if (endpoint != null) {
                    checkMethods(endpoint, info);
                    checkGuard(endpoint, controller(handler));
                    mappings.add(new Mapping(endpoint, info));
                    names.add(endpoint.definition().name());
                }
            });
        }
        checkNames(names);
        this.factory.checkAll(mappings.stream().map(Mapping::endpoint).distinct().toList());
        this.mappings = List.copyOf(mappings);
        this.lookup = lookup;
        this.listings = PaidEndpointSummary.list(mappings, this.settings.defaultRule());
        PaidEndpointSummary.log(mappings, this.settings);
        mappings.forEach(this::checkReachable);
    }

    private void checkReachable(Mapping mapping) {
        String authorize = mapping.endpoint().definition().authorize();
        if (!OPEN.contains(((authorize != null) ? authorize : this.settings.defaultRule()).strip())) {
            return;
        }
        Set<RequestMethod> methods = mapping.info().getMethodsCondition().getMethods();
        for (String pattern : mapping.info().getPatternValues()) {
            for (RequestMethod method : methods.isEmpty() ? Set.of(RequestMethod.GET) : methods) {
                this.factory.checkReachable(mapping.endpoint().definition().name(), method.name(),
                        VARIABLE.matcher(pattern).replaceAll("x"));
            }
        }
    }

    /** Returns the mappings of the handlers that were there at start-up. */
    List<Mapping> mappings() {
        return this.mappings;
    }

    /** The mappings that the {@code DispatcherServlet} asks, in its order. */
    private List<HandlerMapping> handlerMappings() {
        List<HandlerMapping> mappings = new ArrayList<>(
                BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beanFactory, HandlerMapping.class, true, false)
                    .values());
        AnnotationAwareOrderComparator.sort(mappings);
        return mappings;
    }

    /** Has the handlers that were there at start-up. */
    @Override
    public List<PaidEndpointListing> endpoints() {
        return this.listings;
    }

    /** Has the handlers before which the mapping puts the gate. */
    @Override
    public Map<Class<?>, Set<Method>> enforced() {
        Map<Class<?>, Set<Method>> enforced = new HashMap<>();
        for (RequestMappingInfoHandlerMapping mapping : this.lookup.methodMappings()) {
            if (isGated(mapping)) {
                for (HandlerMethod handler : mapping.getHandlerMethods().values()) {
                    Class<?> type = targetClass(handler);
                    enforced.computeIfAbsent(type, (key) -> new HashSet<>())
                        .add(AopUtils.getMostSpecificMethod(handler.getMethod(), type));
                }
            }
        }
        return enforced;
    }

    /** A mapping may leave out the interceptors that others find. */
    private static boolean isGated(RequestMappingInfoHandlerMapping mapping) {
        HandlerInterceptor[] interceptors = mapping.getAdaptedInterceptors();
        return interceptors != null && Stream.of(interceptors)
            .anyMatch((interceptor) -> interceptor instanceof MappedInterceptor mapped
                    && mapped.getInterceptor() instanceof PaymentInterceptor);
    }

    /**
     * Finds out whether a request is going to be dispatched to a paid handler, by path,
     * method and headers and without reading its body. For choosing rules of Spring
     * Security; whether a request is paid for is decided on the handler. A request that
     * the handler mapping itself rejects counts as one where nothing but paid handlers is
     * mapped to its path. The result is remembered for the same request, and for its
     * error page.
     * @param request the request
     * @return whether a paid handler gets it
     */
    public boolean resolvesToPaid(HttpServletRequest request) {
        Resolution known = (Resolution) request.getAttribute(Resolution.ATTRIBUTE);
        DispatcherType type = request.getDispatcherType();
        if (type == DispatcherType.ERROR) {
            return known != null && known.paid();
        }
        boolean dispatched = type == DispatcherType.FORWARD || type == DispatcherType.INCLUDE;
        if (!dispatched && known != null && known.isOf(request)) {
            return known.paid();
        }
        boolean paid = this.lookup.findsPaid(request);
        if (type == DispatcherType.REQUEST) {
            request.setAttribute(Resolution.ATTRIBUTE,
                    new Resolution(request.getRequestURI(), request.getMethod(), paid));
        }
        return paid;
    }

    /**
     * Tells whether a request that was taken for one to a paid handler has reached
     * another handler, as it does where a filter changes the method in between.
     * @param request the request
     * @param handler the handler that it has reached
     * @return whether the rules of Spring Security were chosen for another handler
     */
    public boolean isMisdirected(HttpServletRequest request, Object handler) {
        Resolution known = (Resolution) request.getAttribute(Resolution.ATTRIBUTE);
        return known != null && known.paid() && request.getDispatcherType() == DispatcherType.REQUEST
                && !"OPTIONS".equals(known.method())
                && !(handler instanceof HandlerMethod method && find(method) != null);
    }

    /**
     * Finds the paid endpoint that a handler serves.
     * @param handler the handler
     * @return the endpoint as configured, or empty if the handler is free
     */
    public Optional<PaidEndpointDefinition> definition(HandlerMethod handler) {
        return Optional.ofNullable(find(handler)).map(RegisteredEndpoint::definition);
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
        RegisteredEndpoint endpoint = (annotation != null)
                ? named(this.factory.create(annotation, type, method), type, method) : null;
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

    /** One name stands for one set of terms, in configuration, limits and metrics. */
    private RegisteredEndpoint named(RegisteredEndpoint endpoint, Class<?> type, Method method) {
        String name = endpoint.definition().name();
        Named first = this.names.putIfAbsent(name, new Named(endpoint, type, method));
        String difference = (first != null) ? endpoint.difference(first.endpoint()) : null;
        if (first != null && difference != null) {
            throw new InvalidPaidEndpointException(
                    "Two handlers are paid endpoint '" + name + "' and differ in '" + difference + "': "
                            + first.handler() + " and " + new Named(endpoint, type, method).handler(),
                    "Give one of them another name in @PaidEndpoint(\"…\"), or set x402.endpoints." + name + "."
                            + difference + " for both.");
        }
        return endpoint;
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
            Object singleton = this.beanFactory.containsSingleton(name) ? this.beanFactory.getSingleton(name) : null;
            return (singleton instanceof FactoryBean) ? null : singleton;
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
        if (this.complete && !unknown.isEmpty()) {
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

    /**
     * Outcome of a lookup.
     */
    private record Resolution(String uri, String method, boolean paid) {

        static final String ATTRIBUTE = Resolution.class.getName();

        boolean isOf(HttpServletRequest request) {
            return this.uri.equals(request.getRequestURI()) && this.method.equals(request.getMethod());
        }

    }

    private record Named(RegisteredEndpoint endpoint, Class<?> type, Method method) {

        String handler() {
            return this.type.getName() + "." + this.method.getName();
        }

    }

    private record Key(Class<?> type, Method method) {
    }

}
