package io.github.x402spring.autoconfigure.security;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.security.web.SignInNonces;
import io.github.x402spring.security.web.SignInWithX;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class X402SignInAutoConfigurationTests {

    private static final String[] ENABLED = { "x402.sign-in.enabled=true",
            "x402.resource-base-url=https://club.example" };

    private static final String KEY = "x402.sign-in.nonce-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(X402AutoConfiguration.class,
            X402SignInAutoConfiguration.class, X402SecurityAutoConfiguration.class, RestClientAutoConfiguration.class);

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
        .withConfiguration(CONFIGURATIONS);

    private final WebApplicationContextRunner enabled = this.runner.withPropertyValues(ENABLED);

    @ParameterizedTest
    @ValueSource(
            strings = { "x402.network=base-sepolia", "x402.sign-in.enabled=false", "x402.sign-in.statement=Come in." })
    void whenNotEnabledThenNoWalletSignsIn(String property) {
        this.runner.withPropertyValues(property)
            .run((context) -> assertThat(context).doesNotHaveBean(SignInWithX.class)
                .doesNotHaveBean(SignInNonces.class)
                .doesNotHaveBean("x402SignInCustomizer"));
    }

    @Test
    void whenEnabledThenTheStatementIsForTheConfiguredServer() {
        this.enabled.withPropertyValues("x402.sign-in.statement=Come in.")
            .run((context) -> assertThat(
                    context.getBean(SignInWithX.class).declare("https://club.example/room", List.of()))
                .extractingByKey("info", as(MAP))
                .containsEntry("domain", "club.example")
                .containsEntry("statement", "Come in."));
    }

    @Test
    void whenNobodyKnowsTheServersNameThenStartFailsAndNamesTheProperty() {
        assertFails(this.runner.withPropertyValues("x402.sign-in.enabled=true"), "x402.resource-base-url");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\t", "club.example", "//club.example", "/room", "https:", "https:///room",
            "https://", "mailto:ann@club.example", "https://club example", "https://ann:s3cret@club.example" })
    void whenTheServersNameIsNoneThenStartFailsAndNamesThePropertyWithoutQuotingIt(String baseUrl) {
        WebApplicationContextRunner nameless = this.runner.withPropertyValues("x402.sign-in.enabled=true",
                "x402.resource-base-url=" + baseUrl);
        assertFails(nameless, "x402.resource-base-url");
        nameless.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
            .hasMessageNotContaining("s3cret")
            .hasNoCause());
    }

    @ParameterizedTest
    @CsvSource({ "https://club.example, club.example", "https://club.example/, club.example",
            "https://club.example/shop, club.example", "http://localhost:8080, localhost:8080",
            "HTTPS://Club.Example:443, club.example", "https://b\u00fccher.example, xn--bcher-kva.example",
            "https://[::1]:8443, [::1]:8443" })
    void whenTheServerHasANameThenItIsTheDomain(String baseUrl, String domain) {
        this.runner.withPropertyValues("x402.sign-in.enabled=true", "x402.resource-base-url=" + baseUrl)
            .run((context) -> assertThat(context.getBean(SignInWithX.class).declare(baseUrl, List.of()))
                .extractingByKey("info", as(MAP))
                .containsEntry("domain", domain));
    }

    @ParameterizedTest
    @ValueSource(strings = { "s3cret!", "c2hvcnQ=", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA==" })
    void whenTheKeyIsNoneThenStartFailsWithoutQuotingIt(String key) {
        assertFails(this.enabled.withPropertyValues("x402.sign-in.nonce-key=" + key), "x402.sign-in.nonce-key");
        this.enabled.withPropertyValues("x402.sign-in.nonce-key=" + key)
            .run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                .hasMessageNotContaining(key)
                .hasNoCause());
    }

    @ParameterizedTest
    @ValueSource(strings = { "0s", "301s", "-1s" })
    void whenNoncesWouldLiveTooLongOrNotAtAllThenStartFails(String lifetime) {
        assertFails(this.enabled.withPropertyValues("x402.sign-in.nonce-lifetime=" + lifetime),
                "x402.sign-in.nonce-lifetime");
    }

    @Test
    void whenInstancesShareAKeyThenTheyTakeEachOthersNonces() {
        this.enabled.withPropertyValues(KEY)
            .run((first) -> this.enabled.withPropertyValues(KEY)
                .run((second) -> assertThat(
                        second.getBean(SignInNonces.class).isValid(first.getBean(SignInNonces.class).issue()))
                    .isTrue()));
    }

    @Test
    void whenThereIsNoKeyThenEachInstanceHasOneOfItsOwn() {
        this.enabled.run((first) -> this.enabled.run((second) -> {
            String nonce = first.getBean(SignInNonces.class).issue();
            assertThat(first.getBean(SignInNonces.class).isValid(nonce)).isTrue();
            assertThat(second.getBean(SignInNonces.class).isValid(nonce)).isFalse();
        }));
    }

    @Test
    void whenTheApplicationKeepsNoncesThenTheyAreTheOnesInUse() {
        SignInNonces own = mock();
        given(own.issue()).willReturn("0".repeat(32));
        this.enabled.withBean(SignInNonces.class, () -> own).run((context) -> {
            assertThat(context).doesNotHaveBean("x402SignInNonces");
            assertThat(context.getBean(SignInWithX.class).declare("https://club.example/room", List.of()))
                .extractingByKey("info", as(MAP))
                .containsEntry("nonce", "0".repeat(32));
        });
    }

    @Test
    void whenSecurityBuildsAChainThenWalletsSignInBeforeCallersAreTakenForAnonymous() {
        PaidApplication.runner()
            .withPropertyValues(ENABLED)
            .run((context) -> assertThat(context.getBeansOfType(SecurityFilterChain.class).values()).allSatisfy(
                    (chain) -> assertThat(chain.getFilters()).extracting((filter) -> filter.getClass().getSimpleName())
                        .containsSubsequence("BasicAuthenticationFilter", "SignInWithXFilter",
                                "AnonymousAuthenticationFilter", "AuthorizationFilter")));
    }

    @Test
    void whenAChainCanBeAskedThenContractWalletsSignIn() {
        WebApplicationContextRunner atNoon = this.enabled.withBean(Clock.class,
                () -> Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC));
        atNoon.run((context) -> assertThat(signInOfAContract(context)).isEqualTo(401));
        atNoon
            .withBean(ContractSignatures.class,
                    () -> (network, wallet, digest, signature) -> network.toString().equals("eip155:84532"))
            .run((context) -> assertThat(signInOfAContract(context)).isEqualTo(200));
    }

    @Test
    void whenItIsNoWebApplicationThenBacksOff() {
        new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
            .withPropertyValues(ENABLED)
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SignInWithX.class));
    }

    private static int signInOfAContract(ApplicationContext context) throws Exception {
        SignInWithX signIn = context.getBean(SignInWithX.class);
        PaymentHeaderCodec codec = context.getBean(PaymentHeaderCodec.class);
        Map<Object, Object> proof = new LinkedHashMap<>(
                (Map<?, ?>) signIn.declare("https://club.example/room", List.of()).get("info"));
        proof.putAll(Map.of("address", "0x" + "a".repeat(40), "chainId", "eip155:84532", "type", "eip191", "signature",
                "0x00"));
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/room");
        request.addHeader("SIGN-IN-WITH-X",
                Base64.getEncoder().encodeToString(JsonMapper.shared().writeValueAsBytes(proof)));
        MockHttpServletResponse response = new MockHttpServletResponse();
        signIn.filter(codec, new EnvelopeRenderer(null), "Bearer", (any) -> true, () -> null)
            .doFilter(request, response, new MockFilterChain());
        SecurityContextHolder.clearContext();
        return response.getStatus();
    }

    private static void assertFails(WebApplicationContextRunner runner, String property) {
        runner.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
            .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                    (failure) -> assertThat(failure.action()).contains(property)));
    }

}
