package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.endpoint.EndpointRegistry;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.gate.Offer;

/**
 * Registry of the handler methods and handler functions that are paid, and under which
 * terms. Built and checked at start-up; a handler that is mapped later, or hidden then,
 * is looked at when it is first called.
 *
 * @since 0.1.0
 */
public final class PaidEndpointRegistry
        implements SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent>, PaidEndpointCatalog {

    private final ConfigurableListableBeanFactory beanFactory;

    private final EndpointRegistry terms;

    /** Free handlers are remembered too; there are as many entries as handler methods. */
    private final ConcurrentMap<Key, Optional<RegisteredEndpoint>> endpoints = new ConcurrentHashMap<>();

    private volatile HandlerLookup lookup = new HandlerLookup(List.of(), (handler) -> false);

    private volatile List<Mapping> mappings = List.of();

    /** Whether all endpoints of the {@code DispatcherServlet} were found at start-up. */
    private volatile boolean known;

    /** Whether that is the only one; {@code null} until it is asked for. */
    private volatile @Nullable Boolean alone;

    /** Classes of handler functions in routes that have a price and no gate. */
    private final Set<Class<?>> unenforced = ConcurrentHashMap.newKeySet();

    /**
     * Creates a registry.
     * @param beanFactory holds the handler mappings and the controllers
     * @param terms the terms of endpoints
     */
    public PaidEndpointRegistry(ConfigurableListableBeanFactory beanFactory, EndpointRegistry terms) {
        this.beanFactory = beanFactory;
        this.terms = terms;
    }

    @Override
    public void afterSingletonsInstantiated() {
        HandlerLookup lookup = new HandlerLookup(handlerMappings(), (handler) -> find(handler) != null);
        List<Mapping> mappings = new ArrayList<>();
        for (RequestMappingInfoHandlerMapping mapping : lookup.methodMappings()) {
            mapping.getHandlerMethods().forEach((info, handler) -> {
                RegisteredEndpoint endpoint = find(handler);
                if (endpoint != null) {
                    checkMethods(endpoint, methods(info));
                    checkGuard(endpoint, controller(handler));
                    mappings.add(new Mapping(endpoint, info.toString(), info.getPatternValues(), methods(info)));
                }
            });
        }
        boolean known = addFunctions(lookup, mappings);
        this.known = known;
        this.mappings = List.copyOf(mappings);
        this.lookup = lookup;
        this.terms.start(mappings, known);
    }

    /** Looks at contexts that are children of this one, which publish it here, too. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext() instanceof ConfigurableApplicationContext context
                && context.getBeanFactory() != this.beanFactory) {
            UngatedFunctions.check(context.getBeanFactory());
        }
    }

    /** An executor of events would swallow what stops the start of a context. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    /**
     * Adds handler functions and filters that are beans or behind the router functions
     * that are.
     * @return whether there are no others
     */
    private boolean addFunctions(HandlerLookup lookup, List<Mapping> mappings) {
        List<Mapping> functions = new ArrayList<>();
        boolean known = true;
        for (FunctionRoutes router : lookup.functionRoutes()) {
            known &= router.complete();
            for (FunctionRoutes.Route route : router.routes()) {
                known &= route.known();
                HandlerFunction<?> handler = route.handler();
                if (handler != null && PaidHandlerProxies.gates(handler)) {
                    functions.add(mapping(function(handler), route));
                }
                else if (handler != null && PaidFunctionAdvisor.isPaid(AopUtils.getTargetClass(handler))) {
                    this.unenforced.add(AopUtils.getTargetClass(handler));
                }
                if (route.filter() != null) {
                    functions.add(mapping(find(route.filter()), route));
                }
            }
        }
        checkPayable(functions);
        Set<RegisteredEndpoint> routed = new HashSet<>();
        functions.forEach((mapping) -> routed.add(mapping.endpoint()));
        for (RegisteredEndpoint endpoint : functionBeans()) {
            if (routed.add(endpoint)) {
                functions.add(new Mapping(endpoint, "{functional}", Set.of(), Set.of()));
            }
        }
        mappings.addAll(functions);
        return known;
    }

    /** Handler functions that are beans, and filters that are. */
    private Set<RegisteredEndpoint> functionBeans() {
        Set<RegisteredEndpoint> endpoints = new LinkedHashSet<>();
        functionNames().forEach((name) -> endpoints.add(function(name)));
        BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beanFactory, HandlerFilterFunction.class, false, true)
            .values()
            .forEach((filter) -> {
                if (filter instanceof PaidFunctionFilter paid) {
                    endpoints.add(find(paid));
                }
            });
        return endpoints;
    }

    private List<String> functionNames() {
        return Stream
            .of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, HandlerFunction.class, true,
                    false))
            .filter((name) -> PaidFunctionAdvisor.isPaid(beanType(name)))
            .toList();
    }

    private Class<?> beanType(String name) {
        return targetClass(new HandlerMethod(name, this.beanFactory, FunctionGate.HANDLE));
    }

    private RegisteredEndpoint function(Object handler) {
        HandlerMethod method = (handler instanceof String name)
                ? new HandlerMethod(name, this.beanFactory, FunctionGate.HANDLE)
                : new HandlerMethod(handler, FunctionGate.HANDLE);
        RegisteredEndpoint endpoint = find(method);
        if (endpoint == null) {
            throw new IllegalStateException("A handler function that has no price is behind the gate");
        }
        checkGuard(endpoint, controller(method));
        return endpoint;
    }

    /** One of several routes of an endpoint is payable, at least. */
    private static void checkPayable(List<Mapping> functions) {
        Map<RegisteredEndpoint, Set<String>> unpayable = new LinkedHashMap<>();
        functions.forEach((mapping) -> unpayable.computeIfAbsent(mapping.endpoint(), (key) -> new TreeSet<>())
            .addAll(mapping.methods().isEmpty() ? Set.of("GET") : mapping.methods()));
        unpayable.forEach((endpoint, methods) -> checkMethods(endpoint, methods));
    }

    PaidEndpointSettings settings() {
        return this.terms.settings();
    }

    /**
     * Returns the mappings of the handlers that were registered at start-up.
     * @return the mappings
     */
    public List<Mapping> mappings() {
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
        return this.terms.endpoints();
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
        Map<Boolean, List<String>> functions = functionNames().stream()
            .collect(Collectors.partitioningBy((name) -> UngatedFunctions.gates(this.beanFactory, name)));
        functions.getOrDefault(true, List.of()).forEach((name) -> {
            Class<?> type = beanType(name);
            enforced.computeIfAbsent(type, (key) -> new HashSet<>())
                .add(AopUtils.getMostSpecificMethod(FunctionGate.HANDLE, type));
        });
        // Another bean of the same class may be gated.
        functions.getOrDefault(false, List.of()).forEach((name) -> enforced.remove(beanType(name)));
        return enforced;
    }

    @Override
    public Set<Class<?>> unenforced() {
        return Set.copyOf(this.unenforced);
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
                && !(handler instanceof HandlerMethod method && find(method) != null)
                && !this.lookup.isPaidFunction(handler, request);
    }

    /**
     * Finds the paid endpoint that a handler serves.
     * @param handler the handler
     * @return the endpoint as configured, or empty if the handler is free
     */
    public Optional<PaidEndpointDefinition> definition(HandlerMethod handler) {
        return Optional.ofNullable(find(handler)).map(RegisteredEndpoint::definition);
    }

    /**
     * Finds the endpoint that a handler serves, with its terms.
     * @param handler the handler
     * @return the endpoint, or {@code null} if the handler is free
     */
    public @Nullable RegisteredEndpoint find(HandlerMethod handler) {
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

    /**
     * Finds the endpoint of a filter, creating it when it is first asked for.
     * @throws InvalidX402ConfigurationException if there can be no such endpoint
     */
    RegisteredEndpoint find(PaidFunctionFilter filter) {
        return this.terms.find(filter.declaration());
    }

    private @Nullable RegisteredEndpoint create(Class<?> type, HandlerMethod handler) {
        Method method = AopUtils.getMostSpecificMethod(handler.getMethod(), type);
        PaidEndpoint annotation = annotation(type, handler.getMethod());
        return (annotation != null)
                ? this.terms.register(annotation, type, method, HandlerFunction.class.isAssignableFrom(type)) : null;
    }

    /**
     * Returns what any of the endpoints may be paid with.
     * @return terms with each recipient, network and asset, whatever they cost
     */
    List<Offer> recipients() {
        return this.terms.recipients();
    }

    /**
     * Whether {@link #recipients()} has those of all endpoints: not where prices are
     * hidden until their routes are called, nor beside another {@code DispatcherServlet},
     * whose endpoints are looked at when they are called.
     */
    boolean knowsRecipients(ServletContext servletContext) {
        if (!this.known) {
            return false;
        }
        Boolean alone = this.alone;
        if (alone == null) {
            ClassLoader loader = getClass().getClassLoader();
            // No servlet is registered once requests are served.
            alone = servletContext.getServletRegistrations()
                .values()
                .stream()
                .filter((servlet) -> dispatches(servlet.getClassName(), loader))
                .count() < 2;
            this.alone = alone;
        }
        return alone;
    }

    private static boolean dispatches(@Nullable String servlet, @Nullable ClassLoader loader) {
        try {
            return servlet != null && DispatcherServlet.class.isAssignableFrom(ClassUtils.forName(servlet, loader));
        }
        catch (ClassNotFoundException | LinkageError ex) {
            return false;
        }
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
            throw new InvalidX402ConfigurationException("Paid endpoint '" + endpoint.definition().name()
                    + "' settles before its handler runs, and the rule of method security on it is not in effect",
                    "Add @EnableMethodSecurity, or state the rule in @PaidEndpoint(authorize = …) or x402.endpoints."
                            + endpoint.definition().name() + ".authorize.");
        }
    }

    private static void checkMethods(RegisteredEndpoint endpoint, Set<String> methods) {
        if (!methods.isEmpty() && Set.of("HEAD", "OPTIONS", "TRACE").containsAll(methods)) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + endpoint.definition().name() + "' is mapped to " + methods
                            + " only, for which no payment is taken",
                    "Remove @PaidEndpoint from the handler, or map it to GET or another method with a response.");
        }
    }

    private static Mapping mapping(RegisteredEndpoint endpoint, FunctionRoutes.Route route) {
        return new Mapping(endpoint, route.description(), route.patterns(), route.methods());
    }

    private static Set<String> methods(RequestMappingInfo info) {
        Set<String> methods = new LinkedHashSet<>();
        info.getMethodsCondition().getMethods().forEach((method) -> methods.add(method.name()));
        return methods;
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

    private record Key(Class<?> type, Method method) {
    }

}
