package io.github.x402spring.autoconfigure;

import java.util.Set;

/**
 * Routes that functions price. A type of its own without Spring MVC in it: a buyer's
 * application asks for beans of it, too.
 */
@FunctionalInterface
interface PricedRoutes {

    /**
     * Returns the names under which routes are priced.
     * @return the names of endpoints; empty if no route has a price
     */
    Set<String> names();

}
