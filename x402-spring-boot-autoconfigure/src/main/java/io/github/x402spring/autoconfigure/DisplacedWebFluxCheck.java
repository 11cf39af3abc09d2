package io.github.x402spring.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import io.github.x402spring.InvalidX402ConfigurationException;

/**
 * Check for a WebFlux application that has become one of Spring MVC. Stops the start of
 * an application with beans that only WebFlux uses, and warns where the class path alone
 * leaves open which was meant. Does nothing where the application states its type.
 */
final class DisplacedWebFluxCheck implements SmartInitializingSingleton {

    private static final String TYPE = "spring.main.web-application-type";

    private static final List<String> USED_BY_WEBFLUX = List.of(
            "org.springframework.web.reactive.function.server.RouterFunction",
            "org.springframework.web.reactive.config.WebFluxConfigurer", "org.springframework.web.server.WebFilter",
            "org.springframework.security.web.server.SecurityWebFilterChain");

    private static final Logger logger = LoggerFactory.getLogger(DisplacedWebFluxCheck.class);

    private final ConfigurableListableBeanFactory beanFactory;

    private final Environment environment;

    DisplacedWebFluxCheck(ConfigurableListableBeanFactory beanFactory, Environment environment) {
        this.beanFactory = beanFactory;
        this.environment = environment;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (this.environment.containsProperty(TYPE)) {
            return;
        }
        Set<String> unused = unused();
        if (!unused.isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    "This application runs on Spring MVC, which x402-spring-boot-starter puts on the class path, and "
                            + "has beans that only WebFlux uses: " + String.join(", ", unused),
                    "Set " + TYPE + "=reactive to run on WebFlux, where nothing can be charged for, or " + TYPE
                            + "=servlet to run on Spring MVC without these beans.");
        }
        logger.warn("Spring MVC and WebFlux are both on the class path, and this application runs on Spring MVC. "
                + "Set {}=servlet if that is meant, or {}=reactive to run on WebFlux, where nothing can be charged for",
                TYPE, TYPE);
    }

    private Set<String> unused() {
        ClassLoader classLoader = this.beanFactory.getBeanClassLoader();
        Set<String> unused = new TreeSet<>();
        for (String type : USED_BY_WEBFLUX) {
            if (ClassUtils.isPresent(type, classLoader)) {
                unused.addAll(List.of(this.beanFactory
                    .getBeanNamesForType(ClassUtils.resolveClassName(type, classLoader), true, false)));
            }
        }
        return unused;
    }

}
