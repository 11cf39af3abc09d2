package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.BaseUrl;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureForms;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.security.web.SignInVerifier.Refused;
import io.github.x402spring.security.web.SignInVerifier.Verified;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignInVerifierTests {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static final EvmAddress WALLET = EvmAddress.parse("0x" + "a".repeat(40));

    private final AtomicInteger questions = new AtomicInteger();

    @Test
    void verifyWhenAContractAcceptsTheProofThenItIsTheCallerOnce() {
        SignInVerifier verifier = verifier(true);
        assertThat(verifier.verify(proof("1"))).isEqualTo(new Verified(WALLET, Network.parse("base-sepolia"), true));
        assertThat(verifier.verify(proof("1"))).isEqualTo(new Refused("invalid_siwx_nonce"));
        assertThat(verifier.verify(proof("2"))).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void verifyWhenAProofIsPresentedAgainThenTheChainIsNotAskedAgain(boolean accepts) {
        SignInVerifier verifier = verifier(accepts);
        verifier.verify(proof("1"));
        verifier.verify(proof("1"));
        assertThat(this.questions).hasValue(1);
        verifier.verify(proof("2"));
        assertThat(this.questions).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void verifyWhenAKeySignedWithAnyEndingThenItIsTheCaller(boolean zeroBased) {
        TestWallet wallet = TestWallet.named("1");
        Map<String, @Nullable Object> proof = proof("1");
        proof.put("address", wallet.address());
        byte[] signed = wallet.sign(SignInMessage.tryParse(proof).orElseThrow().digest());
        proof.put("signature", "0x" + HexFormat.of().formatHex(zeroBased ? SignatureForms.zeroBasedV(signed) : signed));
        SignInVerifier verifier = new SignInVerifier(BaseUrl.parse("https://club.example"), new UsedOnce(),
                SignatureRecovery.web3j(), null, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(verifier.verify(proof))
            .isEqualTo(new Verified(EvmAddress.parse(wallet.address()), Network.parse("base-sepolia"), false));
    }

    private SignInVerifier verifier(boolean accepts) {
        return new SignInVerifier(BaseUrl.parse("https://club.example"), new UsedOnce(),
                (digest, signature) -> Optional.empty(), (network, address, digest, signature) -> {
                    this.questions.incrementAndGet();
                    return accepts;
                }, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Map<String, @Nullable Object> proof(String nonce) {
        return new LinkedHashMap<>(Map.of("domain", "club.example", "address", WALLET.checksummed(), "uri",
                "https://club.example/room", "version", "1", "chainId", "eip155:84532", "type", "eip191", "nonce",
                nonce, "issuedAt", NOW.toString(), "signature", "0x00"));
    }

    /**
     * Takes every nonce for its own.
     */
    private static final class UsedOnce implements SignInNonces {

        private final Set<String> used = new HashSet<>();

        @Override
        public String issue() {
            return "0";
        }

        @Override
        public boolean isValid(String nonce) {
            return true;
        }

        @Override
        public boolean use(String nonce) {
            return this.used.add(nonce);
        }

    }

}
