package io.github.x402spring.transport;

/**
 * Kind of service at the other end of a connection.
 *
 * @since 0.1.0
 */
public enum Peer {

    /** A facilitator over HTTP. */
    FACILITATOR("facilitator"),

    /** A policy decision point. */
    DECISION_POINT("decision_point"),

    /** An authorization server that publishes its metadata. */
    ISSUER("issuer"),

    /** A node of a chain. */
    NODE("node");

    private final String value;

    Peer(String value) {
        this.value = value;
    }

    /**
     * Returns the name for meters and threads.
     * @return the name
     */
    public String value() {
        return this.value;
    }

}
