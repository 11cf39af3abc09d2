package io.github.x402spring.facilitator.evm;

import java.io.IOException;

import io.github.x402spring.protocol.Network;

/**
 * Observer of calls to nodes of chains. Implementations are thread-safe and make the call
 * once, on the same thread.
 *
 * @since 0.1.0
 */
public interface RpcObserver {

    /** The name of the method where several are called in one round trip. */
    String BATCH = "batch";

    /**
     * Makes a call.
     * @param network the chain's network
     * @param method the method, such as {@code eth_call}, or {@value #BATCH}
     * @param call the call
     * @param <T> the type of the reply
     * @return the reply
     * @throws IOException if there is none
     */
    <T> T observe(Network network, String method, Call<T> call) throws IOException;

    /**
     * Returns an observer that only makes the calls.
     * @return the observer
     */
    static RpcObserver none() {
        return new RpcObserver() {

            @Override
            public <T> T observe(Network network, String method, Call<T> call) throws IOException {
                return call.make();
            }

        };
    }

    /**
     * Call to a node.
     *
     * @param <T> the type of the reply
     */
    @FunctionalInterface
    interface Call<T> {

        /**
         * Makes the call.
         * @return the reply
         * @throws IOException if there is none
         */
        T make() throws IOException;

    }

}
