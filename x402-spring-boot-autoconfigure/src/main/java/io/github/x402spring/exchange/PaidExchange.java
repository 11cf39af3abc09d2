package io.github.x402spring.exchange;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Request for a paid endpoint, as the gate and policies see it: data, whatever transport
 * it came by. Valid until the request has ended; one thread reads it at a time, and not
 * always the one that the request came in on.
 *
 * @since 0.1.0
 */
public interface PaidExchange {

    /**
     * Returns the method of the request.
     * @return the method as the transport spells it, such as {@code GET}
     */
    String method();

    /**
     * Returns what is being bought.
     * @return the canonical address, without a query; every spelling of an address gives
     * the same
     */
    String resource();

    /**
     * Returns the variable parts of the address.
     * @return the decoded values by name
     */
    default Map<String, String> pathVariables() {
        return Map.of();
    }

    /**
     * Returns the query of the address.
     * @return the query as it was sent, without a question mark; {@code null} if there is
     * none
     */
    default @Nullable String query() {
        return null;
    }

    /**
     * Returns the values of a header.
     * @param name the name, in any case
     * @return the values in the order in which they were sent; empty if there are none
     */
    default List<String> headers(String name) {
        return List.of();
    }

    /**
     * Returns the value of a header.
     * @param name the name, in any case
     * @return the value; the values of a header that was sent several times, separated by
     * a comma and a space as RFC 9110, section 5.3, says; {@code null} if there is none
     */
    default @Nullable String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    /**
     * Returns who is calling, for the record.
     * @return the caller's name, or {@code null} if it is not known
     */
    @Nullable String caller();

    /**
     * Returns the id of the task that the caller says the request belongs to.
     * @return the id, or {@code null} if the request names no task
     */
    default @Nullable String task() {
        return null;
    }

    /**
     * Tells whether the transport's rules let the same request run twice, as those of
     * HTTP do for GET, PUT and DELETE.
     * @return whether they do
     */
    default boolean repeatable() {
        return false;
    }

    /**
     * Returns the names that the client gave its purchase by the transport's own means,
     * such as the values of {@code Idempotency-Key}, unchecked. A request with more than
     * one is refused.
     * @return the names, mostly none
     */
    default List<String> idempotencyKeys() {
        return List.of();
    }

    /**
     * Returns the address from which the request came, as the transport knows it.
     * @return an IPv4 or IPv6 address, or {@code null} if it is not known
     */
    @Nullable String remoteAddress();

    /**
     * Returns the transport's own request, for a policy that needs more than is here.
     * @param <T> its type
     * @param type its type, such as {@code HttpServletRequest}
     * @return the request, or {@code null} if it is none of that type
     */
    default <T> @Nullable T unwrap(Class<T> type) {
        return null;
    }

}
