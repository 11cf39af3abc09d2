package io.github.x402spring.security.web;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class WalletAuthenticationTests {

    private static final String ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final EvmAddress WALLET = EvmAddress.parse(ADDRESS);

    private static final Network BASE = Network.parse("eip155:8453");

    private static final Network SEPOLIA = Network.parse("eip155:84532");

    @Test
    void nameWhenAKeySignedInThenTheAddressInLowerCase() {
        WalletAuthentication wallet = new WalletAuthentication(WALLET, BASE, false);
        assertThat(wallet.getName()).isEqualTo("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
        assertThat(wallet.getNetwork()).isEqualTo("eip155:8453");
    }

    @Test
    void nameWhenAContractSignedInThenItsChainIsPartOfIt() {
        assertThat(new WalletAuthentication(WALLET, BASE, true).getName())
            .isEqualTo("eip155:8453:0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
        assertThat(new WalletAuthentication(WALLET, SEPOLIA, true).getName())
            .isEqualTo("eip155:84532:0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
    }

    @Test
    void authoritiesWhenSignedInThenKnownAndAllowedNothing() {
        WalletAuthentication wallet = new WalletAuthentication(WALLET, BASE, false);
        assertThat(wallet.isAuthenticated()).isTrue();
        assertThat(wallet.getAuthorities()).isEmpty();
        assertThat(wallet.getCredentials()).isNull();
    }

    @Test
    void equalsWhenChainOrKindDiffersThenAnotherCaller() {
        WalletAuthentication wallet = new WalletAuthentication(WALLET, BASE, false);
        assertThat(wallet).isEqualTo(new WalletAuthentication(WALLET, BASE, false))
            .hasSameHashCodeAs(new WalletAuthentication(WALLET, BASE, false))
            .isNotEqualTo(new WalletAuthentication(WALLET, SEPOLIA, false))
            .isNotEqualTo(new WalletAuthentication(WALLET, BASE, true))
            .isNotEqualTo(new WalletAuthentication(EvmAddress.parse("0x" + "a".repeat(40)), BASE, false));
    }

}
