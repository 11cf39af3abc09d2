package io.github.x402spring.security.web;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Authentication of a caller who signed in with a wallet. Its name is the wallet's
 * address in lower case, and of a contract wallet its CAIP-10 account: the same address
 * on another chain may belong to another owner. It has no authorities, whatever it pays.
 * Lasts for one request.
 *
 * @since 0.1.0
 */
public final class WalletAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final String address;

    private final String network;

    WalletAuthentication(EvmAddress address, Network network, boolean contract) {
        super(List.of());
        this.address = contract ? network + ":" + address.value() : address.value();
        this.network = network.toString();
        setAuthenticated(true);
    }

    /**
     * Returns the wallet's address, {@code 0x} and 40 hexadecimal digits in lower case,
     * behind the CAIP-2 name of its chain and a colon if it is a contract.
     */
    @Override
    public String getPrincipal() {
        return this.address;
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    /**
     * Returns the chain that the wallet named.
     * @return the CAIP-2 name
     */
    public String getNetwork() {
        return this.network;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other) && other instanceof WalletAuthentication wallet
                && this.network.equals(wallet.network);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), this.network);
    }

}
