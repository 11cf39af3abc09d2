package io.github.x402spring.http;

import java.util.Enumeration;

/**
 * Access to the headers of a server's requests.
 *
 * @param <R> the type of the requests
 * @since 0.1.0
 */
@FunctionalInterface
public interface HeaderSource<R> {

    /**
     * Returns the values of a header. Taking one may cost something: Spring Security's
     * firewall examines every character.
     * @param request the request
     * @param name the name of the header, in any case
     * @return the values in the order in which they were sent
     */
    Enumeration<String> values(R request, String name);

}
