package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;

import io.github.x402spring.protocol.Network;

/**
 * Context of the observation of a call to a node.
 *
 * @since 0.1.0
 */
public class ChainObservationContext extends Observation.Context {

    private final Network network;

    private final String method;

    private String outcome = KeyValue.NONE_VALUE;

    /**
     * Creates a context.
     * @param network the network of the node
     * @param method the JSON-RPC method, or {@code batch}
     */
    public ChainObservationContext(Network network, String method) {
        this.network = network;
        this.method = method;
    }

    /**
     * Returns the network of the node.
     * @return the network
     */
    public Network getNetwork() {
        return this.network;
    }

    /**
     * Returns the JSON-RPC method.
     * @return the method, or {@code batch} where one round trip carries several calls
     */
    public String getMethod() {
        return this.method;
    }

    /**
     * Returns the outcome, from a closed set.
     * @return the outcome, or {@code none} while the call is in flight
     */
    public String getOutcome() {
        return this.outcome;
    }

    /**
     * Sets the outcome.
     * @param outcome the outcome, from a closed set
     */
    public void setOutcome(String outcome) {
        this.outcome = outcome;
    }

}
