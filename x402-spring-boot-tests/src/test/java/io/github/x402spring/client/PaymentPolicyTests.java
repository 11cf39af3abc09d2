package io.github.x402spring.client;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.PaymentPolicy.Limit;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

@Tag("locale")
class PaymentPolicyTests {

    private static final String OTHER_TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private static final String RESOURCE = "https://elsewhere.test/report";

    private final PaymentPolicy policy = Policies.cents("https://api.example.com");

    @Test
    void refusalOfWhenAllowedThenNull() {
        assertThat(this.policy.refusalOf(Terms.usdc(10_000))).isNull();
    }

    @Test
    void refusalOfWhenAddressInOtherCaseThenNull() {
        PaymentRequirements terms = Terms.requirements("exact", "eip155:84532",
                "0x" + Terms.USDC.substring(2).toUpperCase(Locale.ROOT), 10, Terms.PAY_TO);
        assertThat(this.policy.refusalOf(terms)).isNull();
    }

    static Stream<Arguments> refused() {
        return Stream.of(Arguments.of(Terms.usdc(10_001), Reason.AMOUNT),
                Arguments.of(Terms.requirements("exact", "eip155:8453", Terms.USDC, 10, Terms.PAY_TO), Reason.NETWORK),
                Arguments.of(Terms.requirements("exact", "eip155:84532", OTHER_TOKEN, 10, Terms.PAY_TO), Reason.ASSET),
                Arguments.of(Terms.requirements("exact", "eip155:84532", "USDC", 10, Terms.PAY_TO), Reason.ASSET),
                Arguments.of(Terms.usdcWithExtra("name", "USD Coin"), Reason.EIP712_DOMAIN),
                Arguments.of(Terms.usdcWithExtra("name", null), Reason.EIP712_DOMAIN),
                Arguments.of(Terms.usdcWithExtra("version", "1"), Reason.EIP712_DOMAIN),
                Arguments.of(Terms.usdcWithExtra("version", null), Reason.EIP712_DOMAIN),
                Arguments.of(Terms.usdcWithExtra("version", 2), Reason.EIP712_DOMAIN));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusalOfWhenNotAllowedThenNamesReason(PaymentRequirements terms, Reason reason) {
        assertThat(Objects.requireNonNull(this.policy.refusalOf(terms)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.example.com/report?city=Bern", "https://API.example.com/",
            "HTTPS://api.example.com:443/a" })
    void refusalOfWhenSameOriginThenNull(String url) {
        assertThat(this.policy.refusalOf(URI.create(url), RESOURCE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://api.example.com/", "https://api.example.com:8443/",
            "https://api.example.com.evil.test/", "https://evil.test/https://api.example.com",
            "https://api.example.com@evil.test/", "/report", "mailto:api.example.com" })
    void refusalOfWhenOtherOriginThenOrigin(String url) {
        assertThat(Objects.requireNonNull(this.policy.refusalOf(URI.create(url), RESOURCE)).reason())
            .isEqualTo(Reason.ORIGIN);
    }

    @Test
    void refusalOfWhenResourceOriginComparedThenOnlyOwnOriginAllowed() {
        PaymentPolicy strict = Policies.centsBuilder("https://api.example.com").compareResourceOrigin().build();
        URI request = URI.create("https://api.example.com/report");
        assertThat(strict.refusalOf(request, "https://api.example.com:443/other")).isNull();
        for (String resource : List.of(RESOURCE, "http://api.example.com/report", "/report", "not an address")) {
            assertThat(Objects.requireNonNull(strict.refusalOf(request, resource)).reason())
                .isEqualTo(Reason.RESOURCE_ORIGIN);
        }
    }

    @Test
    void buildWhenNothingNamedThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentPolicy.builder().build())
            .withMessage("'origins' must name at least one origin");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> PaymentPolicy.builder().allowOrigin("https://api.example.com").build())
            .withMessage("'limits' must name at least one token");
    }

    @Test
    void buildWhenNetworkWithoutMaximumThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Policies.centsBuilder("https://api.example.com").allowNetwork("optimism").build())
            .withMessage("eip155:10 is allowed and has no maximum");
    }

    @Test
    void buildWhenMaximumWithoutNetworkThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Policies.centsBuilder("https://api.example.com")
                .maximumPerPayment("base", OTHER_TOKEN, TokenAmount.of(1))
                .build())
            .withMessage("eip155:8453 has a maximum and is not allowed");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Policies.centsBuilder("https://api.example.com").maximumPerPayment("1 XYZ").build())
            .withMessage("No allowed network has a token for the maximum 1 XYZ");
    }

    @Test
    void buildWhenMaximumHasTooManyPlacesThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentPolicy.builder()
            .allowOrigin("https://api.example.com")
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.0000001")
            .build());
    }

    @Test
    void buildWhenTokenLimitedTwiceThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Policies.centsBuilder("https://api.example.com").maximumPerPayment("1 USDC").build());
    }

    @ParameterizedTest
    @ValueSource(strings = { "api.example.com", "https://api.example.com/", "https://api.example.com/v1",
            "https://user@api.example.com", "https://api.example.com?x", "ftp://api.example.com", "https://", "*",
            "https://*.example.com", "" })
    void buildWhenNotAnOriginThenFails(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> Policies.cents(origin))
            .withMessage("'origins' must be written like https://api.example.com");
    }

    @Test
    void buildWhenMaximumByAddressOfKnownTokenThenDomainIsPinned() {
        PaymentPolicy byAddress = PaymentPolicy.builder()
            .allowOrigin("https://api.example.com")
            .allowNetwork("base-sepolia")
            .maximumPerPayment("base-sepolia", Terms.USDC, TokenAmount.of(10_000))
            .build();
        assertThat(byAddress.refusalOf(Terms.usdc(10_000))).isNull();
        assertThat(Objects.requireNonNull(byAddress.refusalOf(Terms.usdcWithExtra("name", "Other"))).reason())
            .isEqualTo(Reason.EIP712_DOMAIN);
    }

    @Test
    void buildWhenMaximumByAddressOfUnknownTokenThenAnyDomainIsTaken() {
        PaymentPolicy byAddress = PaymentPolicy.builder()
            .allowOrigin("https://api.example.com")
            .allowNetwork("base-sepolia")
            .maximumPerPayment("base-sepolia", OTHER_TOKEN, TokenAmount.of(10_000))
            .build();
        assertThat(byAddress.refusalOf(Terms.requirements("exact", "eip155:84532", OTHER_TOKEN, 10_000, Terms.PAY_TO)))
            .isNull();
        assertThat(Objects
            .requireNonNull(
                    byAddress.refusalOf(Terms.requirements("exact", "eip155:84532", OTHER_TOKEN, 10_001, Terms.PAY_TO)))
            .reason()).isEqualTo(Reason.AMOUNT);
    }

    @Test
    void buildWhenTokenConfiguredThenMaximumCountsItsDecimals() {
        Network network = Network.parse("base-sepolia");
        Asset token = new Asset(network, "TOK", OTHER_TOKEN, "Token", "1", 18, null);
        PaymentPolicy configured = PaymentPolicy.builder(new AssetRegistry(List.of(token)))
            .allowOrigin("https://api.example.com")
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.5 TOK")
            .build();
        assertThat(configured.limits())
            .containsExactly(new Limit(network, OTHER_TOKEN, TokenAmount.of(500_000_000_000_000_000L), token));
    }

    @Test
    void buildWhenMaximumWithoutSymbolThenEachNetworkHasItsDefaultToken() {
        PaymentPolicy both = PaymentPolicy.builder()
            .allowOrigin("https://api.example.com")
            .allowNetwork("base")
            .allowNetwork("base-sepolia")
            .maximumPerPayment("$0.01")
            .build();
        assertThat(both.limits()).extracting((limit) -> limit.network().toString(), Limit::maximum)
            .containsExactly(tuple("eip155:8453", TokenAmount.of(10_000)),
                    tuple("eip155:84532", TokenAmount.of(10_000)));
    }

    @Test
    void limitWhenNotAnEvmTokenThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limit(Network.parse("solana"),
                "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", TokenAmount.of(1), null));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Limit(Network.parse("base-sepolia"), "USDC", TokenAmount.of(1), null));
    }

    @Test
    void originsWhenBuiltThenNotChangeable() {
        assertThat(this.policy.origins()).isUnmodifiable().isEqualTo(Set.of("https://api.example.com"));
    }

    static final class Policies {

        private Policies() {
        }

        static PaymentPolicy cents(String origin) {
            return centsBuilder(origin).build();
        }

        static PaymentPolicyBuilder centsBuilder(String origin) {
            return PaymentPolicy.builder()
                .allowOrigin(origin)
                .allowNetwork("base-sepolia")
                .maximumPerPayment("0.01 USDC");
        }

    }

}
