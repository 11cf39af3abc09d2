package io.github.x402spring.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.service.annotation.HttpExchange;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.endpoint.InvalidPaidEndpointException;
import io.github.x402spring.endpoint.PaidEndpointEnforcer;

/**
 * Finds {@link PaidEndpoint} annotations that no adapter enforces, just before the web
 * server listens. Looks at the types of beans and creates none.
 */
final class UnenforcedEndpointCheck implements SmartLifecycle {

    /** Before that of Spring Boot's web servers, whose class need not be there. */
    private static final int BEFORE_THE_SERVER_LISTENS = DEFAULT_PHASE - 2048 - 1;

    /** Need not be there. */
    private static final String FUNCTIONAL = "org.springframework.web.servlet.function.";

    private static final String FILTER = "filter its route with X402Functions.paid(\"name\", \"$0.01\") instead";

    private static final Logger logger = LoggerFactory.getLogger(UnenforcedEndpointCheck.class);

    private final ConfigurableListableBeanFactory beanFactory;

    private final Application application;

    private final boolean fails;

    private volatile boolean running;

    UnenforcedEndpointCheck(ConfigurableListableBeanFactory beanFactory, Application application, boolean fails) {
        this.beanFactory = beanFactory;
        this.application = application;
        this.fails = fails;
    }

    @Override
    public int getPhase() {
        return BEFORE_THE_SERVER_LISTENS;
    }

    @Override
    public boolean isRunning() {
        return this.running;
    }

    @Override
    public void stop() {
        this.running = false;
    }

    @Override
    public void start() {
        this.running = true;
        Set<String> unenforced = unenforced();
        if (unenforced.isEmpty()) {
            return;
        }
        if (this.application == Application.WITHOUT_SERVER) {
            logger.info("@PaidEndpoint has no effect in this application, which has no web server: {}",
                    String.join(", ", unenforced));
            return;
        }
        String message = "@PaidEndpoint has no effect where no adapter enforces it, and what is annotated would be "
                + "served free:\n    - " + String.join("\n    - ", unenforced);
        if (this.fails) {
            throw new InvalidPaidEndpointException(message,
                    "Do for each what is said beside it, or remove @PaidEndpoint there. With "
                            + "x402.unenforced-endpoints=warn the application starts all the same.");
        }
        logger.warn(message);
    }

    private Set<String> unenforced() {
        Map<Class<?>, Set<Method>> enforced = enforced();
        Set<String> unenforced = new TreeSet<>();
        for (Class<?> type : types()) {
            Set<Method> methods = enforced.getOrDefault(type, Set.of());
            if (methods.isEmpty() && isAnnotated(type) && !isClient(type)) {
                unenforced.add(type.getName() + remedy(type, null));
            }
            for (Method method : annotated(type)) {
                if (!methods.contains(method) && !isClientMethod(type, method)) {
                    unenforced.add(type.getName() + "." + method.getName() + parameters(method) + remedy(type, method));
                }
            }
        }
        for (PaidEndpointEnforcer enforcer : enforcers()) {
            enforcer.unenforced()
                .forEach((type) -> unenforced.add(type.getName()
                        + ": an object of it is a route's handler function and no bean; make it one, or " + FILTER));
        }
        return unenforced;
    }

    private Collection<PaidEndpointEnforcer> enforcers() {
        return this.beanFactory.getBeansOfType(PaidEndpointEnforcer.class).values();
    }

    private Map<Class<?>, Set<Method>> enforced() {
        Map<Class<?>, Set<Method>> enforced = new HashMap<>();
        for (PaidEndpointEnforcer enforcer : enforcers()) {
            enforcer.enforced()
                .forEach((type, methods) -> enforced.computeIfAbsent(type, (key) -> new HashSet<>()).addAll(methods));
        }
        return enforced;
    }

    /** The classes of all beans, also of those in parents of the context. */
    private Set<Class<?>> types() {
        Set<Class<?>> types = new LinkedHashSet<>();
        BeanFactory factory = this.beanFactory;
        while (factory instanceof ConfigurableListableBeanFactory beans) {
            for (Iterator<String> names = beans.getBeanNamesIterator(); names.hasNext();) {
                String name = names.next();
                add(types, type(beans, name));
                if (beans.containsBeanDefinition(name) && beans.isFactoryBean(name)) {
                    add(types, beans.getType(BeanFactory.FACTORY_BEAN_PREFIX + name, false));
                }
            }
            factory = beans.getParentBeanFactory();
        }
        return types;
    }

    private static void add(Set<Class<?>> types, @Nullable Class<?> type) {
        if (type != null) {
            types.add(ClassUtils.getUserClass(type));
        }
    }

    private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String name) {
        Object bean = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
        if (bean != null && !(bean instanceof FactoryBean)) {
            return AopProxyUtils.ultimateTargetClass(bean);
        }
        Class<?> target = beans.containsBeanDefinition(name) ? AutoProxyUtils.determineTargetClass(beans, name) : null;
        return (target != null) ? target : beans.getType(name, false);
    }

    private static Set<Method> annotated(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>();
        MetadataLookup<Boolean> lookup = (method) -> isAnnotated(method) ? Boolean.TRUE : null;
        try {
            for (Method method : MethodIntrospector.selectMethods(type, lookup).keySet()) {
                methods.add(AopUtils.getMostSpecificMethod(method, type));
            }
        }
        catch (IllegalStateException | LinkageError ex) {
            logger.warn("Methods of {} cannot be looked at, since a class that they name is missing; @PaidEndpoint has "
                    + "no effect on them", type.getName());
        }
        return methods;
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return AnnotatedElementUtils.hasAnnotation(element, PaidEndpoint.class);
    }

    /**
     * A client of another server may share an interface with that server's controller,
     * and has no code of its own.
     */
    private static boolean isClient(Class<?> type) {
        return Stream.of(type.getMethods()).anyMatch((method) -> isClientMethod(type, method));
    }

    private static boolean isClientMethod(Class<?> type, Method method) {
        return (type.isInterface() || Proxy.isProxyClass(type))
                && (AnnotatedElementUtils.hasAnnotation(method, HttpExchange.class)
                        || AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class));
    }

    private String remedy(Class<?> type, @Nullable Method method) {
        if (this.application == Application.REACTIVE) {
            return ": nothing is charged for in a reactive application; set spring.main.web-application-type=servlet";
        }
        if (method != null && !AnnotatedElementUtils.hasAnnotation(method, Bean.class)
                && AnnotatedElementUtils.hasAnnotation(type, Controller.class)) {
            return AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class)
                    ? ": no handler mapping has it; a proxy that shows interfaces only hides it, unless "
                            + "proxyTargetClass = true is set where the proxy comes from"
                    : ": map the method to requests, with @GetMapping for example";
        }
        return handlesFunctions(type, method) ? ": " + FILTER : ": annotate a handler method of a @Controller instead";
    }

    /** Whether routes lead to a method, or to methods of a type. */
    private static boolean handlesFunctions(Class<?> type, @Nullable Method method) {
        return Stream.of((method != null) ? new Method[] { method } : type.getDeclaredMethods())
            .flatMap((each) -> Stream.concat(Stream.of(each.getReturnType()), Stream.of(each.getParameterTypes())))
            .anyMatch((used) -> used.getName().startsWith(FUNCTIONAL));
    }

    private static String parameters(Method method) {
        List<String> names = new ArrayList<>();
        for (Class<?> parameter : method.getParameterTypes()) {
            names.add(parameter.getSimpleName());
        }
        return "(" + String.join(", ", names) + ")";
    }

    /**
     * What the application serves requests with.
     */
    enum Application {

        SERVLET, REACTIVE, WITHOUT_SERVER

    }

}
