package io.github.x402spring.ledger;

import java.util.Locale;
import java.util.Objects;

import io.github.x402spring.protocol.Network;

/**
 * Identifies a payer's authorization, however it is encoded.
 *
 * @param network the network
 * @param asset the token's contract address; kept in lower case
 * @param payer the payer's address; kept in lower case
 * @param nonce the authorization's nonce; kept in lower case
 * @since 0.1.0
 */
public record PaymentKey(Network network, String asset, String payer, String nonce) {

    public PaymentKey {
        Objects.requireNonNull(network, "'network' must not be null");
        // The few tokens of our own terms are in every key that a ledger keeps.
        String lowerCase = asset.toLowerCase(Locale.ROOT);
        asset = lowerCase.equals(asset) ? asset : lowerCase.intern();
        payer = payer.toLowerCase(Locale.ROOT);
        nonce = nonce.toLowerCase(Locale.ROOT);
    }

}
