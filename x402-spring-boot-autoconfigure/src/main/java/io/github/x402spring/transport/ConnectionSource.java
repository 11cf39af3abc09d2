package io.github.x402spring.transport;

/**
 * Owner of a connection pool, for meters. Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface ConnectionSource {

    /**
     * Returns the kind of service that the connections lead to.
     * @return the kind
     */
    Peer peer();

    /**
     * Returns the present state of the pool, or the sum of several pools.
     * @return the state
     */
    PoolState connections();

}
