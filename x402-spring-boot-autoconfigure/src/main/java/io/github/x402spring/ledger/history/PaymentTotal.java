package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.util.Objects;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;

/**
 * Total of payments of one endpoint, one token and one state.
 *
 * @param endpoint the name of the paid endpoint
 * @param network the network
 * @param asset the token's contract address in lower case
 * @param state the state
 * @param payments the number of payments
 * @param amount the sum in atomic units
 * @since 0.1.0
 */
public record PaymentTotal(String endpoint, Network network, String asset, PaymentState state, long payments,
        BigInteger amount) {

    public PaymentTotal {
        Objects.requireNonNull(endpoint, "'endpoint' must not be null");
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(asset, "'asset' must not be null");
        Objects.requireNonNull(state, "'state' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
    }

    /**
     * Adds a sum of the same endpoint, token and state.
     * @param other the other sum
     * @return both together
     */
    public PaymentTotal plus(PaymentTotal other) {
        return new PaymentTotal(this.endpoint, this.network, this.asset, this.state, this.payments + other.payments,
                this.amount.add(other.amount));
    }

}
