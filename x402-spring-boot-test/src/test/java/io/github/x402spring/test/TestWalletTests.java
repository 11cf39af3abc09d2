package io.github.x402spring.test;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;

import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class TestWalletTests {

    private static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

    private final SignatureRecovery recovery = SignatureRecovery.web3j();

    @Test
    void namedWhenSameNameThenSameWallet() {
        assertThat(TestWallet.named("alice")).isEqualTo(TestWallet.named("alice"));
        assertThat(TestWallet.named("alice").address()).isEqualTo("0x86b5E6AA8C74a81ec9803BF0DeEAaF1b4C40aF58");
    }

    @Test
    void namedWhenOtherNameThenOtherWallet() {
        assertThat(TestWallet.named("alice")).isNotEqualTo(TestWallet.named("bob"));
    }

    @Test
    void createWhenCalledTwiceThenTwoWallets() {
        assertThat(TestWallet.create()).isNotEqualTo(TestWallet.create());
    }

    @Test
    void ofPrivateKeyWhenKnownKeyThenItsChecksummedAddress() {
        assertThat(TestWallet.ofPrivateKey(KEY).address()).isEqualTo("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
        assertThat(TestWallet.ofPrivateKey("0x" + KEY)).isEqualTo(TestWallet.ofPrivateKey(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0x", "1234", "0000000000000000000000000000000000000000000000000000000000000000",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" })
    void ofPrivateKeyWhenNotAKeyThenRejects(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TestWallet.ofPrivateKey(text))
            .withMessageStartingWith("'hex' must be");
    }

    @Test
    void addressWhenManyWalletsThenChecksumsOfWeb3j() {
        for (int i = 0; i < 50; i++) {
            String address = TestWallet.named("wallet " + i).address();
            assertThat(address).isEqualTo(Keys.toChecksumAddress(address));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "base-sepolia", "base", "ethereum", "polygon", "eip155:31337", "eip155:987654321" })
    void payWhenAnyNetworkThenLibraryRecoversTheWallet(String network) {
        TestWallet wallet = TestWallet.named("alice");
        PaymentRequirements terms = terms(network);
        Map<String, ?> payload = wallet.pay(terms, NOW).schemePayload();
        byte[] digest = TransferAuthorization.tryParse((Map<?, ?>) payload.get("authorization"))
            .orElseThrow()
            .digest(Eip712Domain.of(terms).orElseThrow());
        byte[] signature = java.util.HexFormat.of().parseHex(payload.get("signature").toString().substring(2));
        assertThat(this.recovery.recover(digest, signature)).contains(EvmAddress.parse(wallet.address()));
    }

    @Test
    void signWhenDigestThenSignatureOfThePayingClient() {
        byte[] digest = new byte[32];
        digest[5] = 77;
        assertThat(TestWallet.ofPrivateKey(KEY).sign(digest))
            .isEqualTo(new CredentialsPaymentSigner(Credentials.create(KEY)).sign(digest));
    }

    @Test
    void toStringWhenPrintedThenShowsNoKey() {
        assertThat(TestWallet.ofPrivateKey(KEY)).hasToString("TestWallet[0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266]");
    }

    static PaymentRequirements terms(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(10000),
                "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "0x209693Bc6afc0C5328bA36FaF03C514EF312287C", 300,
                Map.of("name", "USDC", "version", "2"));
    }

}
