package io.github.x402spring.autoconfigure;

import java.lang.reflect.Method;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SharedEndpointNameTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(First.class)
        .withPropertyValues("x402.assets.EURC.network=base-sepolia",
                "x402.assets.EURC.address=0x808456652fdb597867f38412077A9182bf77359F", "x402.assets.EURC.name=EURC",
                "x402.assets.EURC.version=2", "x402.assets.EURC.decimals=6", "x402.asset=USDC");

    @ParameterizedTest
    @CsvSource({ "OtherPrice, price", "ComputedPrice, price", "OtherToken, asset", "TokenInPrice, price",
            "OtherNetwork, network", "OtherRecipient, pay-to", "OtherPolicy, authorize", "OtherFlow, flow",
            "OtherIdempotency, idempotent" })
    void startWhenTermsDifferThenNamesBothHandlers(String controller, String property) {
        this.runner.withUserConfiguration(nested(controller)).run((context) -> {
            assertThat(context).hasFailed();
            FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                .analyze(context.getStartupFailure());
            assertThat(failure.getDescription()).contains("'report' and differ in '" + property + "'",
                    First.class.getName() + ".report", nested(controller).getName() + ".report");
            assertThat(failure.getAction()).contains("@PaidEndpoint", "x402.endpoints.report." + property);
        });
    }

    @ParameterizedTest
    @CsvSource({ "SameTerms", "SameTermsOtherwiseWritten", "OtherDescription" })
    void startWhenTermsAreTheSameThenStarts(String controller) {
        this.runner.withUserConfiguration(nested(controller)).run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({ "OtherPrice, price=$0.05", "ComputedPrice, price=$0.05", "OtherToken, asset=USDC",
            "OtherNetwork, network=base-sepolia", "OtherRecipient, pay-to=" + PaidApplication.PAY_TO,
            "OtherPolicy, authorize=permitAll", "OtherFlow, flow=upfront", "OtherIdempotency, idempotent=false" })
    void startWhenConfigurationStatesTheTermsOfBothThenStarts(String controller, String setting) {
        this.runner.withUserConfiguration(nested(controller))
            .withPropertyValues("x402.endpoints.report." + setting)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void callWhenLaterHandlerHasOtherTermsThenItIsNotServed() {
        this.runner.run((context) -> {
            RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
                    RequestMappingHandlerMapping.class);
            register(mapping, "/dear", new OtherPrice());
            register(mapping, "/same", new SameTerms());
            MockMvcTester mvc = MockMvcTester.from(context);

            MvcTestResult dear = mvc.get().uri("/dear").exchange();

            assertThat(dear).hasFailed();
            assertThat(mvc.get().uri("/same").exchange()).hasStatus(402);
            assertThat(mvc.get().uri("/first").exchange()).hasStatus(402);
        });
    }

    private static void register(RequestMappingHandlerMapping mapping, String path, Object handler) {
        Method method = ReflectionUtils.findMethod(handler.getClass(), "report");
        assertThat(method).isNotNull();
        mapping.registerMapping(RequestMappingInfo.paths(path).options(mapping.getBuilderConfiguration()).build(),
                handler, method);
    }

    private static Class<?> nested(String name) {
        return ClassUtils.resolveClassName(SharedEndpointNameTests.class.getName() + "$" + name, null);
    }

    @RestController
    static class First {

        @GetMapping("/first")
        @PaidEndpoint(value = "report", price = "$0.01")
        String report() {
            return "first";
        }

    }

    @RestController
    static class SameTerms {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01")
        String report() {
            return "second";
        }

    }

    @RestController
    static class SameTermsOtherwiseWritten {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "0.010 USDC", network = "eip155:84532", asset = "USDC",
                payTo = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherDescription {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", description = "The second one")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherPrice {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.02")
        String report() {
            return "second";
        }

    }

    @RestController
    static class ComputedPrice {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "#{usd('0.01')}")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherToken {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", asset = "EURC")
        String report() {
            return "second";
        }

    }

    @RestController
    static class TokenInPrice {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "0.01 EURC")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherNetwork {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", network = "arbitrum-sepolia")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherRecipient {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", payTo = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherPolicy {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", authorize = "permitAll")
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherFlow {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", flow = PaymentFlow.UPFRONT)
        String report() {
            return "second";
        }

    }

    @RestController
    static class OtherIdempotency {

        @GetMapping("/second")
        @PaidEndpoint(value = "report", price = "$0.01", idempotent = true)
        String report() {
            return "second";
        }

    }

}
