package io.github.x402spring.endpoint;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Catalog of the paid endpoints that an adapter serves: what is listed for operators, and
 * which handlers are admitted through the gate. A
 * {@link io.github.x402spring.PaidEndpoint} that no catalog reports as enforced is served
 * free, and stops the start.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PaidEndpointCatalog {

    /**
     * Lists the paid endpoints, by name.
     * @return the endpoints
     */
    List<PaidEndpointListing> endpoints();

    /**
     * Returns what the adapter charges for. Called once, when all handlers that exist at
     * start-up are mapped.
     * @return paid methods by the class of the bean whose methods they are; the class is
     * never that of a proxy, and a method the one that this class runs
     */
    default Map<Class<?>, Set<Method>> enforced() {
        return Map.of();
    }

    /**
     * Returns what the adapter serves and cannot charge for, beside beans. Called after
     * {@link #enforced()}.
     * @return classes with a price of objects that are no beans
     */
    default Set<Class<?>> unenforced() {
        return Set.of();
    }

}
