package io.github.x402spring.endpoint;

import java.util.List;

/**
 * List of what is for sale, for people who run the server.
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

}
