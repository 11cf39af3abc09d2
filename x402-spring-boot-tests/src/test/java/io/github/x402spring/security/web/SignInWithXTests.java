package io.github.x402spring.security.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.MutableClock;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.security.web.SignInVerifier.Refused;
import io.github.x402spring.security.web.SignInVerifier.Verified;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class SignInWithXTests {

    private static final String ROOM = "https://club.example/room";

    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-21T12:00:00Z"));

    private final TestWallet wallet = TestWallet.named("1");

    private final SignInWithX signIn = signIn("https://club.example", null, Duration.ofMinutes(5));

    @Test
    void declareWhenAskedThenAStatementForThisServerAndResource() {
        Map<?, ?> info = info(signIn("https://club.example:8443/ignored", null, Duration.ofSeconds(90)));
        assertThat(info.get("nonce")).asString().matches("[0-9a-f]{32}");
        Map<Object, Object> others = new LinkedHashMap<>(info);
        others.remove("nonce");
        assertThat(others).isEqualTo(Map.of("domain", "club.example:8443", "uri", ROOM, "version", "1", "issuedAt",
                "2026-11-21T12:00:00.000Z", "expirationTime", "2026-11-21T12:01:30.000Z"));
    }

    @Test
    void declareWhenThereIsASentenceThenTheWalletShowsIt() {
        assertThat(info(signIn("https://club.example", "Come in.", Duration.ofMinutes(5))).get("statement"))
            .isEqualTo("Come in.");
    }

    @Test
    void declareWhenAskedAgainThenWithAnotherNonce() {
        assertThat(info(this.signIn).get("nonce")).isNotEqualTo(info(this.signIn).get("nonce"));
    }

    @Test
    void declareWhenTermsNameChainsThenEachEvmChainOnce() {
        assertThat(this.signIn
            .declare(ROOM,
                    List.of(terms("eip155:84532"), terms("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
                            terms("eip155:8453"), terms("eip155:84532")))
            .get("supportedChains"))
            .isEqualTo(List.of(Map.of("chainId", "eip155:84532", "type", "eip191"),
                    Map.of("chainId", "eip155:8453", "type", "eip191")));
    }

    @Test
    void declareWhenAskedThenTheSchemaAsksForWhatIsChecked() {
        assertThat(this.signIn.declare(ROOM, List.of()).get("schema")).extracting("required")
            .isEqualTo(List.of("domain", "address", "uri", "version", "chainId", "type", "nonce", "issuedAt",
                    "signature"));
    }

    @Test
    void verifyWhenAWalletSignedTheStatementThenItIsTheCallerOnce() {
        Map<String, @Nullable Object> proof = proof();
        assertThat(this.signIn.verify(proof))
            .isEqualTo(new Verified(EvmAddress.parse(this.wallet.address()), Network.parse("eip155:84532"), false));
        assertThat(this.signIn.verify(proof)).isEqualTo(new Refused("invalid_siwx_nonce"));
    }

    @ParameterizedTest
    @CsvSource({ "domain, evil.example, invalid_siwx_domain_mismatch",
            "domain, club.example.evil.example, invalid_siwx_domain_mismatch",
            "uri, https://evil.example/room, invalid_siwx_uri_mismatch",
            "uri, http://club.example/room, invalid_siwx_uri_mismatch",
            "uri, https://club.example@evil.example/, invalid_siwx_uri_mismatch",
            "uri, https://club.example:8443/room, invalid_siwx_uri_mismatch",
            "uri, https://club.example/other, invalid_siwx_signature",
            "nonce, 00000000000000000000000000000000, invalid_siwx_nonce",
            "address, 0x70997970C51812dc3A010C7d01b50e0d17dc79C8, invalid_siwx_signature",
            "chainId, eip155:8453, invalid_siwx_signature", "statement, Pay me., invalid_siwx_signature",
            "issuedAt, 2026-11-21T12:00:01.000Z, invalid_siwx_signature", "issuedAt, yesterday, invalid_siwx_issued_at",
            "expirationTime, 2026-11-21T12:04:59.000Z, invalid_siwx_signature",
            "type, eip1271, invalid_siwx_malformed_signature", "signature, 0x, invalid_siwx_signature",
            "signature, abcd, invalid_siwx_malformed_signature", "version, 2, invalid_siwx_header" })
    void verifyWhenTheProofIsForAnythingElseThenRefusedAndTheRightOneStaysGood(String member, String value,
            String code) {
        Map<String, @Nullable Object> proof = proof();
        Map<String, @Nullable Object> tampered = new LinkedHashMap<>(proof);
        tampered.put(member, value);
        assertThat(this.signIn.verify(tampered)).isEqualTo(new Refused(code));
        assertThat(this.signIn.verify(proof)).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @CsvSource({ "PT4M59S, ", "PT5M, invalid_siwx_expired", "PT6M, invalid_siwx_issued_at_too_old" })
    void verifyWhenTimeGoesByThenGoodUntilItExpires(Duration wait, @Nullable String code) {
        Map<String, @Nullable Object> proof = proof();
        this.clock.advance(wait);
        assertThat(this.signIn.verify(proof)).isEqualTo((code != null) ? new Refused(code)
                : new Verified(EvmAddress.parse(this.wallet.address()), Network.parse("eip155:84532"), false));
    }

    @Test
    void verifyWhenAnotherServerIssuedTheNonceThenRefused() {
        SignInWithX other = new SignInWithX("https://club.example", null, Duration.ofMinutes(5),
                new SealedSignInNonces("k".repeat(32).getBytes(StandardCharsets.US_ASCII), Duration.ofMinutes(5),
                        this.clock),
                SignatureRecovery.web3j(), null, this.clock);
        assertThat(this.signIn.verify(SignedStatements.proof(other.declare(ROOM, List.of()), this.wallet)))
            .isEqualTo(new Refused("invalid_siwx_nonce"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://club example", "://" })
    void constructWhenTheOriginIsNoAddressThenFails(String baseUrl) {
        assertThatIllegalArgumentException().isThrownBy(() -> signIn(baseUrl, null, Duration.ofMinutes(5)));
    }

    @Test
    void constructWhenNobodyKnowsTheOriginThenFails() {
        assertThatNullPointerException().isThrownBy(() -> signIn(null, null, Duration.ofMinutes(5)))
            .withMessageContaining("baseUrl");
    }

    private Map<String, @Nullable Object> proof() {
        return SignedStatements.proof(this.signIn.declare(ROOM, List.of(terms("eip155:84532"))), this.wallet);
    }

    private SignInWithX signIn(@Nullable String baseUrl, @Nullable String statement, Duration lifetime) {
        return new SignInWithX(baseUrl, statement, lifetime,
                new SealedSignInNonces(new byte[32], Duration.ofMinutes(5), this.clock), SignatureRecovery.web3j(),
                null, this.clock);
    }

    private static Map<?, ?> info(SignInWithX signIn) {
        return (Map<?, ?>) signIn.declare(ROOM, List.of()).get("info");
    }

    private static PaymentRequirements terms(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(1), "0xA", "0xB", 60, Map.of());
    }

}
