package io.github.x402spring.asset;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

import io.github.x402spring.protocol.Network;

/**
 * Format of amounts for logs and pages. The same in every locale; thread-safe.
 *
 * @since 0.1.0
 */
public final class AmountFormat {

    private static final int MIN_DECIMALS = 2;

    private final AssetRegistry assets;

    /**
     * Creates a format.
     * @param assets the known tokens
     */
    public AmountFormat(AssetRegistry assets) {
        this.assets = Objects.requireNonNull(assets, "'assets' must not be null");
    }

    /**
     * Returns the name of a token.
     * @param network the network
     * @param address the token's contract address in any case
     * @return the symbol, or the address if the token is unknown
     */
    public String symbol(Network network, String address) {
        return this.assets.find(network, address).map(Asset::symbol).orElse(address);
    }

    /**
     * Writes an amount as whole tokens, without the symbol.
     * @param network the network
     * @param address the token's contract address in any case
     * @param amount the amount in atomic units
     * @return the number, in atomic units if the token is unknown
     */
    public String number(Network network, String address, BigInteger amount) {
        Asset asset = this.assets.find(network, address).orElse(null);
        if (asset == null) {
            return amount.toString();
        }
        BigDecimal number = new BigDecimal(amount).movePointLeft(asset.decimals()).stripTrailingZeros();
        return number.setScale(Math.max(number.scale(), MIN_DECIMALS)).toPlainString();
    }

    /**
     * Writes an amount with its token.
     * @param network the network
     * @param address the token's contract address in any case
     * @param amount the amount in atomic units
     * @return the number and the symbol
     */
    public String text(Network network, String address, BigInteger amount) {
        return number(network, address, amount) + " " + symbol(network, address);
    }

}
