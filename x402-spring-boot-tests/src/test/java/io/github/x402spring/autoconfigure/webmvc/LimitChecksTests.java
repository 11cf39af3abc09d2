package io.github.x402spring.autoconfigure.webmvc;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class LimitChecksTests {

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static final PaidEndpointDefinition REPORT = new PaidEndpointDefinition("report", "", "", null,
            PaymentFlow.UPFRONT, false, Set.of("data"), null, PaymentIdentifierMode.OPTIONAL);

    private static final PaidEndpointDefinition FORECAST = new PaidEndpointDefinition("forecast", "", "", null,
            PaymentFlow.UPFRONT, false);

    @Test
    void checkWhenAnEndpointIsMisspelledThenNamesItAndTheKnownOnes() {
        assertFails(new ExposureRule(count(), Per.PAYER, Set.of("report", "reports", "chart"), Set.of()),
                terms(USDC, 1, true), "endpoints that do not exist: chart, reports",
                "known ones are: forecast, report.");
    }

    @Test
    void checkWhenATagIsMisspelledThenNamesItAndTheKnownOnes() {
        assertFails(new ExposureRule(count(), Per.TAG, Set.of(), Set.of("data", "date")), terms(USDC, 1, true),
                "tags that do not exist: date", "known ones are: data.");
    }

    @Test
    void checkWhenThereAreNoTagsAtAllThenSaysSo() {
        InvalidX402ConfigurationException failure = failure(
                new ExposureRule(count(), Per.TAG, Set.of(), Set.of("data")), Map.of(FORECAST, List.of()));
        assertThat(failure.action()).contains("known ones are: none.");
    }

    @ParameterizedTest
    @CsvSource({ "PAYER,1000000,true", "PAYER,1000001,false", "IDENTITY,1000001,false", "TASK,1000001,true" })
    void checkWhenThePriceAloneIsMoreThanTheLimitThenNobodyCouldBuy(Per per, long price, boolean passes) {
        ExposureRule rule = new ExposureRule(amount(1_000_000), per, Set.of(), Set.of());
        if (passes) {
            assertPasses(rule, terms(USDC, price, true));
        }
        else {
            assertFails(rule, terms(USDC, price, true), "No payer can ever buy paid endpoint 'report'",
                    "x402.endpoints.report.price");
        }
    }

    @Test
    void checkWhenAnyOfThePricesIsMoreThenFails() {
        assertFails(new ExposureRule(amount(10), Per.PAYER, Set.of(), Set.of()),
                List.of(terms(USDC, 10, true).get(0), terms(USDC, 11, true).get(0)), "No payer can ever buy",
                "max-amount");
    }

    @Test
    void checkWhenThePriceIsComputedThenItIsNotKnownYet() {
        assertPasses(new ExposureRule(amount(1), Per.PAYER, Set.of(), Set.of()), terms(USDC, 1_000_000, false));
    }

    @Test
    void checkWhenTheLimitCoversOtherEndpointsThenThePriceDoesNotMatter() {
        assertPasses(new ExposureRule(amount(1), Per.PAYER, Set.of("forecast"), Set.of()),
                terms(USDC, 1_000_000, true));
        assertPasses(new ExposureRule(amount(1), Per.PAYER, Set.of("forecast"), Set.of()), terms("0xdead", 1, true));
    }

    @Test
    void checkWhenItCoversTheTagThenThePriceMatters() {
        assertFails(new ExposureRule(amount(1), Per.TAG, Set.of(), Set.of("data")), terms(USDC, 2, true),
                "No payer can ever buy", "max-amount");
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void checkWhenDollarsAreCountedAndTheTokenIsNoDollarThenFails(boolean fixed) {
        assertFails(new ExposureRule(amount(1_000_000), Per.TASK, Set.of(), Set.of()), terms("0xdead", 1, fixed),
                "counts dollars", "max-count");
    }

    @Test
    void checkWhenOnlyPaymentsAreCountedThenAnyTokenPasses() {
        assertPasses(new ExposureRule(count(), Per.PAYER, Set.of(), Set.of()), terms("0xdead", 1_000_000, true));
    }

    private static ExposureLimit amount(long amount) {
        return new ExposureLimit("daily", BigInteger.valueOf(amount), null, Duration.ofDays(1));
    }

    private static ExposureLimit count() {
        return new ExposureLimit("daily", null, 1L, Duration.ofDays(1));
    }

    private static List<Terms> terms(String asset, long amount, boolean fixed) {
        return List.of(new Terms(new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(amount),
                asset, "0xb", 60, Map.of()), fixed));
    }

    private static void assertPasses(ExposureRule rule, List<Terms> terms) {
        assertThat(failure(rule, Map.of(REPORT, terms, FORECAST, List.of()))).isNull();
    }

    private static void assertFails(ExposureRule rule, List<Terms> terms, String problem, String remedy) {
        InvalidX402ConfigurationException failure = failure(rule, Map.of(REPORT, terms, FORECAST, List.of()));
        assertThat(failure).hasMessageContaining("'daily'").hasMessageContaining(problem);
        assertThat(failure.action()).contains(remedy);
    }

    private static @Nullable InvalidX402ConfigurationException failure(ExposureRule rule,
            Map<PaidEndpointDefinition, List<Terms>> endpoints) {
        return catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> new LimitChecks(List.of(rule), new AssetRegistry(List.of()), true).check(endpoints, true));
    }

}
