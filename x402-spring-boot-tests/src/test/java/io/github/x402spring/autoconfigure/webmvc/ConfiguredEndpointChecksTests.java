package io.github.x402spring.autoconfigure.webmvc;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.stubbing.Answer;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ProductionChecksTests;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.security.PaidRequestExpressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class ConfiguredEndpointChecksTests {

    private static final String ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final String KEY = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private final PaymentScheme scheme = mock(PaymentScheme.class);

    private final ConfiguredEndpointChecks checks = checks(new FakeFacilitator(), List.of());

    @BeforeEach
    void name() {
        given(this.scheme.name()).willReturn("exact");
    }

    @ParameterizedTest
    @ValueSource(strings = { ADDRESS, "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
            "0x70997970C51812DC3A010C7D01B50E0D17DC79C8" })
    void payToWhenAnAddressThenHasItsChecksum(String payTo) {
        assertThat(payTo(payTo)).isEqualTo(ADDRESS);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "  " })
    void payToWhenThereIsNoneThenNamesTheEndpoint(String payTo) {
        assertFails(() -> payTo(payTo), "'report' has no recipient", "x402.endpoints.report.pay-to");
    }

    @ParameterizedTest
    @ValueSource(strings = { KEY, "0x" + KEY, "0X" + KEY, " 0x" + KEY + "\n" })
    void payToWhenItLooksLikeAKeyThenSaysSoWithoutQuotingIt(String payTo) {
        InvalidX402ConfigurationException failure = assertFails(() -> payTo(payTo), "looks like a private key",
                "x402.pay-to");
        assertThat(failure.getMessage() + failure.action()).doesNotContainIgnoringCase(KEY.substring(0, 8));
    }

    @ParameterizedTest
    @CsvSource({ "2,decimal number", "49,decimal number", "50,looks like a private key", "78,looks like a private key",
            "100,looks like a private key" })
    void payToWhenYamlMadeItANumberThenSaysWhichAndDoesNotQuoteIt(int digits, String problem) {
        String number = "7".repeat(digits);
        InvalidX402ConfigurationException failure = assertFails(() -> payTo(number), problem, "in quotes");
        assertThat(failure.getMessage()).doesNotContain("77");
    }

    @ParameterizedTest
    @ValueSource(strings = { "secret words of a wallet", "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b",
            "0xsecret", "secret.eth" })
    void payToWhenItIsNoAddressThenIsNotQuoted(String payTo) {
        InvalidX402ConfigurationException failure = assertFails(() -> payTo(payTo), "cannot be used", "x402.pay-to");
        assertThat(failure.getMessage()).doesNotContain("secret", "59c6995e");
    }

    @Test
    void payToWhenOneCharacterIsMistypedThenTheChecksumTells() {
        assertFails(() -> payTo(ADDRESS.replace("C51812dc", "c51812dc")), "EIP-55", "x402.pay-to");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "permitAll", "deny-all", "hasRole('BUYER')" })
    void checkAuthorizeWhenAnExpressionThenPasses(String authorize) {
        assertThatCode(() -> this.checks.checkAuthorize("report", authorize)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({ "'',it is blank", "hasRole(,is not an expression", "@nobody,with the name nobody" })
    void checkAuthorizeWhenNoneThenNamesTheEndpoint(String authorize, String problem) {
        assertFails(() -> this.checks.checkAuthorize("report", authorize), problem, "x402.endpoints.report.authorize");
    }

    @Test
    void checkRequirementsWhenAllIsInPlaceThenPasses() {
        given(this.scheme.supports(any())).willReturn(true);
        assertThatCode(() -> this.checks.checkRequirements("report", terms("base"))).doesNotThrowAnyException();
    }

    @Test
    void checkRequirementsWhenNoSchemeCanCheckPaymentsThenFails() {
        assertFails(() -> this.checks.checkRequirements("report", terms("base")), "Nothing here can check payments",
                "x402.endpoints.report.asset");
    }

    @ParameterizedTest
    @CsvSource({ "upto", "Exact", "''", "'exact '" })
    void checkRequirementsWhenNoSchemeHasTheNameThenNamesThePropertyAndThoseThatThereAre(String name) {
        given(this.scheme.supports(any())).willReturn(true);
        PaymentRequirements terms = new PaymentRequirements(name, Network.parse("base"), TokenAmount.of(1), "0xa", "",
                60, Map.of());
        assertFails(() -> this.checks.checkRequirements("report", terms),
                "names a scheme that no PaymentScheme bean has", "x402.endpoints.report.scheme");
        assertFails(() -> this.checks.payTo("report", ADDRESS, terms), "names a scheme that no PaymentScheme bean has",
                "one that there is: exact.");
    }

    @ParameterizedTest
    @MethodSource
    void payToWhenASchemeOfSomebodyElseJudgesItThenItIsNeverQuoted(Answer<String> judgement, String problem) {
        given(this.scheme.supports(any())).willReturn(true);
        given(this.scheme.recipient(any(), any())).willAnswer(judgement);
        InvalidX402ConfigurationException failure = assertFails(
                () -> this.checks.payTo("report", " 0x" + KEY + "\n", terms("base")), problem,
                "x402.endpoints.report.pay-to");
        assertThat(failure).hasNoCause();
        assertThat(failure.getMessage() + failure.action()).doesNotContainIgnoringCase(KEY.substring(0, 8));
    }

    static Stream<Arguments> payToWhenASchemeOfSomebodyElseJudgesItThenItIsNeverQuoted() {
        return Stream.of(row((call) -> {
            throw new IllegalArgumentException("No address: " + call.getArgument(0));
        }, "No address:"), row((call) -> {
            throw new IllegalArgumentException("0X" + KEY.toUpperCase(Locale.ROOT) + " is none");
        }, "… is none"), row((call) -> {
            throw new IllegalStateException("0x" + KEY);
        }, "IllegalStateException"), row((call) -> null, "NullPointerException"), row((call) -> "", "visible"),
                row((call) -> "a b", "visible"), row((call) -> "ä", "visible"), row((call) -> "a\n", "visible"),
                row((call) -> "x".repeat(129), "visible"),
                row((call) -> ((String) call.getArgument(0)).strip(), "looks like a private key"),
                row((call) -> "alice", "looks like a private key"));
    }

    @Test
    void payToWhenTheSchemeGivesItAFormThenThatOne() {
        given(this.scheme.supports(any())).willReturn(true);
        given(this.scheme.recipient("alice", Network.parse("base"))).willReturn("x".repeat(128));
        assertThat(this.checks.payTo("report", "alice", terms("base"))).isEqualTo("x".repeat(128));
    }

    @Test
    void facilitatorExtraWhenTheSchemeAsksForNothingThenNothing() {
        given(this.scheme.supports(any())).willReturn(true);
        assertThat(this.checks.facilitatorExtra("report", terms("base"))).isEmpty();
        given(this.scheme.facilitatorExtra()).willReturn(Set.of("feePayer"));
        assertThat(this.checks.facilitatorExtra("report", terms("base"))).containsExactly("feePayer");
    }

    private static Arguments row(Answer<String> judgement, String problem) {
        return Arguments.of(judgement, problem);
    }

    @Test
    void checkRequirementsWhenSimulatedThenNothingIsSoldForRealMoney() {
        given(this.scheme.supports(any())).willReturn(true);
        ConfiguredEndpointChecks simulated = checks(new SimulatedFacilitator(List.of(this.scheme), Clock.systemUTC()),
                List.of());
        assertFails(() -> simulated.checkRequirements("report", terms("base")), "real money on eip155:8453",
                "x402.facilitator.url");
        assertThatCode(() -> simulated.checkRequirements("report", terms("base-sepolia"))).doesNotThrowAnyException();
    }

    @Test
    void checkRequirementsWhenTheFacilitatorCannotSettleThereThenFails() {
        given(this.scheme.supports(any())).willReturn(true);
        Facilitator facilitator = mock(Facilitator.class);
        given(facilitator.mayServe(Network.parse("base"))).willReturn(true);
        ConfiguredEndpointChecks checks = checks(facilitator, List.of());
        assertThatCode(() -> checks.checkRequirements("report", terms("base"))).doesNotThrowAnyException();
        assertFails(() -> checks.checkRequirements("report", terms("polygon")), "cannot settle",
                "x402.evm.networks[eip155:137].rpc-urls");
    }

    @Test
    void checkAllWhenALimitCoversNothingThenFails() {
        ExposureRule rule = new ExposureRule(new ExposureLimit("daily", BigInteger.TEN, null, Duration.ofDays(1)),
                Per.PAYER, Set.of("wether"), Set.of());
        assertFails(() -> checks(new FakeFacilitator(), List.of(rule)).checkAll(
                Map.of(new PaidEndpointDefinition("weather", "", "", null, PaymentFlow.UPFRONT, false), List.of()),
                true), "do not exist: wether", "x402.limits");
    }

    private static String payTo(String payTo) {
        return checks(new FakeFacilitator(), List.of(), new ExactEvmScheme(SignatureRecovery.web3j(), false))
            .payTo("report", payTo, terms("base"));
    }

    private ConfiguredEndpointChecks checks(Facilitator facilitator, List<ExposureRule> rules) {
        return checks(facilitator, rules, this.scheme);
    }

    private static ConfiguredEndpointChecks checks(Facilitator facilitator, List<ExposureRule> rules,
            PaymentScheme... schemes) {
        return new ConfiguredEndpointChecks(
                new PaidRequestExpressions("authenticated", new StaticListableBeanFactory(),
                        new DefaultAuthorizationManagerFactory<>()),
                List.of(schemes), facilitator, new LimitChecks(rules, new AssetRegistry(List.of()), true),
                ProductionChecksTests.trial(),
                new AnonymousAccessCheck(
                        new StaticListableBeanFactory().getBeanProvider(WebInvocationPrivilegeEvaluator.class),
                        new StaticListableBeanFactory().getBeanProvider(DispatcherServletPath.class)));
    }

    private static PaymentRequirements terms(String network) {
        return new PaymentRequirements("exact", Network.parse(network), TokenAmount.of(1), "0xa", ADDRESS, 60,
                Map.of());
    }

    private static InvalidX402ConfigurationException assertFails(Runnable check, String problem, String remedy) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                check::run);
        assertThat(failure).hasMessageContaining(problem);
        assertThat(failure.action()).contains(remedy);
        return failure;
    }

}
