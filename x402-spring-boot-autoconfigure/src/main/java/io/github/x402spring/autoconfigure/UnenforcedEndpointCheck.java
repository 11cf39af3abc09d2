package io.github.x402spring.autoconfigure;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.X402Properties.DisabledEndpoints;
import io.github.x402spring.autoconfigure.X402Properties.UnenforcedEndpoints;
import io.github.x402spring.endpoint.PaidEndpointCatalog;

/**
 * Check for {@link PaidEndpoint} annotations that no adapter enforces, made just before
 * the web server listens. Reads the types of beans and creates none.
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

    private final X402Properties settings;

    private volatile boolean running;

    UnenforcedEndpointCheck(ConfigurableListableBeanFactory beanFactory, Application application,
            X402Properties settings) {
        this.beanFactory = beanFactory;
        this.application = application;
        this.settings = settings;
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
        if (!this.settings.enabled()) {
            checkDisabled();
            return;
        }
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
        if (this.settings.unenforcedEndpoints() == UnenforcedEndpoints.FAIL) {
            throw new InvalidX402ConfigurationException(message,
                    "Do for each what is said beside it, or remove @PaidEndpoint there. With "
                            + "x402.unenforced-endpoints=warn the application starts all the same.");
        }
        logger.warn(message);
    }

    private void checkDisabled() {
        Set<String> priced = new TreeSet<>();
        for (Class<?> type : PaidBeanTypes.of(this.beanFactory)) {
            if (PaidBeanTypes.isPriced(type)) {
                priced.add(type.getName());
            }
        }
        priced().forEach((name) -> priced.add("routes of '" + name + "'"));
        if (priced.isEmpty() || this.application == Application.WITHOUT_SERVER) {
            return;
        }
        String message = "x402.enabled is false, and there are paid endpoints: " + String.join(", ", priced);
        if (this.settings.disabledEndpoints() == DisabledEndpoints.FAIL) {
            throw new InvalidX402ConfigurationException(message,
                    "Set x402.enabled to true, or x402.disabled-endpoints to free to serve them without payment.");
        }
        if (!enforcers().isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    message + ". They cannot be free beside a facilitator for others",
                    "Set x402.facilitator.server.enabled to false, or x402.enabled to true.");
        }
        logger.warn("{}. They are served WITHOUT PAYMENT", message);
    }

    private Set<String> unenforced() {
        Map<Class<?>, Set<Method>> enforced = enforced();
        Set<String> unenforced = new TreeSet<>();
        for (Class<?> type : PaidBeanTypes.of(this.beanFactory)) {
            Set<Method> methods = enforced.getOrDefault(type, Set.of());
            if (methods.isEmpty() && PaidBeanTypes.isPricedAsAWhole(type)) {
                unenforced.add(type.getName() + remedy(type, null));
            }
            for (Method method : PaidBeanTypes.methods(type)) {
                if (!methods.contains(method) && !PaidBeanTypes.isClientMethod(type, method)) {
                    unenforced.add(type.getName() + "." + method.getName() + parameters(method) + remedy(type, method));
                }
            }
        }
        for (PaidEndpointCatalog enforcer : enforcers()) {
            enforcer.unenforced()
                .forEach((type) -> unenforced.add(type.getName()
                        + ": an object of it is a route's handler function and no bean; make it one, or " + FILTER));
        }
        if (enforcers().isEmpty()) {
            priced().forEach((name) -> unenforced.add("routes of '" + name + "': nothing is sold without a recipient; "
                    + "set x402.pay-to, or x402.endpoints." + name + ".pay-to"));
        }
        return unenforced;
    }

    /** The names under which routes are priced by functions. */
    private Set<String> priced() {
        Set<String> names = new TreeSet<>();
        this.beanFactory.getBeanProvider(PricedRoutes.class).forEach((routes) -> names.addAll(routes.names()));
        return names;
    }

    private Collection<PaidEndpointCatalog> enforcers() {
        return this.beanFactory.getBeansOfType(PaidEndpointCatalog.class).values();
    }

    private Map<Class<?>, Set<Method>> enforced() {
        Map<Class<?>, Set<Method>> enforced = new HashMap<>();
        for (PaidEndpointCatalog enforcer : enforcers()) {
            enforcer.enforced()
                .forEach((type, methods) -> enforced.computeIfAbsent(type, (key) -> new HashSet<>()).addAll(methods));
        }
        return enforced;
    }

    private String remedy(Class<?> type, @Nullable Method method) {
        if (this.application == Application.REACTIVE) {
            return ": nothing is charged for in a reactive application; set spring.main.web-application-type=servlet";
        }
        if (this.application == Application.SERVLET && enforcers().isEmpty()) {
            return ": nothing is sold without a recipient; set x402.pay-to, also where code names another";
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
