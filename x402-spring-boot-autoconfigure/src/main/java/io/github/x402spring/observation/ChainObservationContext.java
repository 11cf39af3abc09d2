package io.github.x402spring.observation;

import io.micrometer.observation.Observation;

import io.github.x402spring.protocol.Network;

/**
 * Is what is observed of a call to a node of a chain.
 *
 * @since 0.1.0
 */
public final class ChainObservationContext extends Observation.Context {

    private final Network network;

    private final String method;

    private String outcome = PaymentNames.NONE;

    ChainObservationContext(Network network, String method) {
        this.network = network;
        this.method = method;
    }

    /**
     * Returns the chain's network.
     * @return the network
     */
    public Network getNetwork() {
        return this.network;
    }

    /**
     * Returns what is called.
     * @return the method of JSON-RPC, or {@code batch}
     */
    public String getMethod() {
        return this.method;
    }

    /**
     * Returns how the call ended, in a word from a closed set.
     * @return the outcome, or {@code none} while it is under way
     */
    public String getOutcome() {
        return this.outcome;
    }

    void setOutcome(String outcome) {
        this.outcome = outcome;
    }

}
