package io.github.x402spring.autoconfigure.console;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class ExplorersTests {

    private static final String TRANSACTION = SellerFixture.transaction(1);

    private static final String PAYER = SellerFixture.key(1).payer();

    private static final Network BASE = Network.parse("base");

    private final Explorers explorers = Explorers.of(Map.of());

    @Test
    void ofWhenNothingIsConfiguredThenKnowsTheUsualOnes() {
        assertThat(this.explorers.transaction(BASE, TRANSACTION)).hasToString("https://basescan.org/tx/" + TRANSACTION);
        assertThat(this.explorers.account(BASE, PAYER)).hasToString("https://basescan.org/address/" + PAYER);
        assertThat(this.explorers.token(BASE, PAYER)).hasToString("https://basescan.org/token/" + PAYER);
        assertThat(this.explorers.transaction(Network.parse("localhost"), TRANSACTION)).isNull();
    }

    @Test
    void ofWhenConfiguredThenWinsAndLeavesTheOthers() {
        Explorers own = Explorers
            .of(Map.of("base", "http://explorer.internal:4000/base/", "eip155:31337", "https://local.example"));
        assertThat(own.transaction(BASE, TRANSACTION))
            .hasToString("http://explorer.internal:4000/base/tx/" + TRANSACTION);
        assertThat(own.account(Network.parse("localhost"), PAYER))
            .hasToString("https://local.example/address/" + PAYER);
        assertThat(own.account(Network.parse("polygon"), PAYER)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " " })
    void ofWhenConfiguredToBeEmptyThenThereIsNone(String address) {
        Explorers none = Explorers.of(Map.of("base", address));
        assertThat(none.transaction(BASE, TRANSACTION)).isNull();
        assertThat(none.transaction(Network.parse("polygon"), TRANSACTION)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "javascript:alert(1)", "data:text/html,x", "ftp://example.com", "example.com",
            "//example.com", "https://", "https:///tx", "https://user:word@example.com", "https://example.com?tx=",
            "https://example.com#", "https://exa mple.com", "https://example.com/\"><script>", "file:///etc" })
    void ofWhenAnAddressIsNoPlainWebPageThenRejected(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> Explorers.of(Map.of("base", address)));
    }

    @Test
    void ofWhenANetworkIsUnknownOrNamedTwiceThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> Explorers.of(Map.of("bass", "https://example.com")));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Explorers.of(Map.of("base", "https://a.example", "eip155:8453", "https://b.example")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "pending", "0x", "0x1", "../../login", "javascript:alert(1)", "0x\u0661",
            "0x00000000000000000000000000000000000000000000000000000000000000000",
            "0x000000000000000000000000000000000000000000000000000000000000000/", "?tx", "<script>" })
    void transactionWhenItIsNotTheNameOfOneThenLeadsNowhere(String transaction) {
        assertThat(this.explorers.transaction(BASE, transaction)).isNull();
        assertThat(this.explorers.account(BASE, transaction)).isNull();
        assertThat(this.explorers.token(BASE, transaction)).isNull();
    }

    @Test
    void transactionWhenTheNetworkIsOfAnotherKindThenLeadsNowhere() {
        assertThat(this.explorers.transaction(Network.parse("solana"), TRANSACTION)).isNull();
    }

}
