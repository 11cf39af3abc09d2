package io.github.x402spring.webmvc;

import java.util.Set;
import java.util.TreeSet;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.servlet.function.RouterFunction;

/**
 * Routes of functional endpoints that {@link X402Functions} prices, for applications that
 * have no payment gate.
 *
 * @since 0.1.0
 */
public final class PricedRoutes {

    private final ListableBeanFactory beanFactory;

    /**
     * Creates a view of the routes of an application.
     * @param beanFactory has the router functions
     */
    public PricedRoutes(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * Returns the names under which routes are sold.
     * @return the names of endpoints, sorted; empty if no route has a price
     */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (RouterFunction<?> router : this.beanFactory.getBeansOfType(RouterFunction.class, false, true).values()) {
            FunctionRoutes.of(router, null).routes().forEach((route) -> {
                if (route.filter() != null) {
                    names.add(route.filter().declaration().value());
                }
            });
        }
        return names;
    }

}
