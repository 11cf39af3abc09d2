package io.github.x402spring.ledger;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentKeyTests {

    private static final PaymentKey KEY = key("base", "0xaa", "0xbb", "0xcc");

    @Test
    void createWhenSpelledInCapitalsThenTheSamePayment() {
        assertThat(Stream.of(key("base", "0XAA", "0xbb", "0xcc"), key("base", "0xaa", "0xBb", "0xcc"),
                key("base", "0xaa", "0xbb", "0xcC")))
            .containsOnly(KEY);
    }

    @Test
    void createWhenAnyPartDiffersThenAnotherPayment() {
        assertThat(Stream.of(KEY, key("base-sepolia", "0xaa", "0xbb", "0xcc"), key("base", "0xab", "0xbb", "0xcc"),
                key("base", "0xaa", "0xbc", "0xcc"), key("base", "0xaa", "0xbb", "0xcd"),
                key("base", "0xbb", "0xaa", "0xcc")))
            .doesNotHaveDuplicates();
    }

    @Test
    void createWhenManyPayInTheSameTokenThenItsAddressIsHeldOnce() {
        assertThat(key("base", "0xAbC0", "0xbb", "0x1").asset()).isSameAs(key("base", "0xABc0", "0xbb", "0x2").asset());
    }

    private static PaymentKey key(String network, String asset, String payer, String nonce) {
        return new PaymentKey(Network.parse(network), asset, payer, nonce);
    }

}
