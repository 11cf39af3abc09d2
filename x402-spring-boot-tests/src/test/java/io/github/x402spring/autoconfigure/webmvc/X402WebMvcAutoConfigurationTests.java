package io.github.x402spring.autoconfigure.webmvc;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.servlet.filter.OrderedCharacterEncodingFilter;
import org.springframework.boot.servlet.filter.OrderedFormContentFilter;
import org.springframework.boot.servlet.filter.OrderedHiddenHttpMethodFilter;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.DispatcherServlet;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.asset.Price;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.SecurityPaymentAuthorizer;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.webmvc.PaidEndpointRegistry;
import io.github.x402spring.webmvc.PaymentInterceptor;
import io.github.x402spring.webmvc.hold.PaymentChallengeWriter;

import static org.assertj.core.api.Assertions.assertThat;

class X402WebMvcAutoConfigurationTests {

    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(WeatherController.class);

    @Test
    void whenWebApplicationThenBeansOfGate() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(PaymentGate.class)
            .hasSingleBean(PaymentInterceptor.class)
            .hasSingleBean(PaidEndpointRegistry.class)
            .hasSingleBean(PaymentChallengeWriter.class)
            .hasSingleBean(SecurityPaymentAuthorizer.class)
            .hasSingleBean(HeldForwardTomcatCustomizer.class)
            .hasBean("x402PaidEndpointsSecurityFilterChain"));
    }

    @Test
    void whenWebApplicationThenFilterJustInsideSecurity() {
        this.runner.run((context) -> {
            FilterRegistrationBean<?> registration = context.getBean("x402PaymentHoldFilter",
                    FilterRegistrationBean.class);

            assertThat(registration.getFilter().getClass().getSimpleName()).isEqualTo("PaymentHoldFilter");
            assertThat(registration.getOrder()).isGreaterThan(SecurityFilterProperties.DEFAULT_FILTER_ORDER)
                .isLessThan(0);
        });
    }

    @Test
    void whenWebApplicationThenBodiesAreRecordedOutsideOfAllThatReadsThem() {
        this.runner.run((context) -> {
            FilterRegistrationBean<?> registration = context.getBean("x402PaymentRequestFilter",
                    FilterRegistrationBean.class);

            assertThat(registration.getFilter().getClass().getSimpleName()).isEqualTo("PaymentRequestFilter");
            assertThat(registration.getOrder()).isGreaterThan(new OrderedCharacterEncodingFilter().getOrder())
                .isLessThan(OrderedHiddenHttpMethodFilter.DEFAULT_ORDER)
                .isLessThan(OrderedFormContentFilter.DEFAULT_ORDER)
                .isLessThan(SecurityFilterProperties.DEFAULT_FILTER_ORDER);
        });
    }

    @ParameterizedTest
    @CsvSource({ "-91, true", "-90, true", "-89, false", "2147483647, false" })
    @ExtendWith(OutputCaptureExtension.class)
    void whenFilterComputesEtagsOutsideOfTheHoldThenAWarning(int order, boolean warning, CapturedOutput output) {
        FilterRegistrationBean<ShallowEtagHeaderFilter> etags = new FilterRegistrationBean<>(
                new ShallowEtagHeaderFilter());
        etags.setOrder(order);
        this.runner.withBean("etags", FilterRegistrationBean.class, () -> etags)
            .run((context) -> assertThat(output.getAll().contains("Filter 'etags' computes ETags outside"))
                .isEqualTo(warning));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whenFilterBeanComputesEtagsThenAWarningIfItsOrderIsBelowTheHold(CapturedOutput output) {
        this.runner.withUserConfiguration(EtagFilters.class)
            .run((context) -> assertThat(output).contains("Filter 'earlyEtags' computes ETags outside")
                .doesNotContain("Filter 'lateEtags'"));
    }

    @Test
    void whenNoPaidEndpointThenStartsWithoutRecipient() {
        PaidApplication.withoutRecipient().run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void whenNoDispatcherServletThenBacksOff() {
        this.runner.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
            .withPropertyValues("x402.unenforced-endpoints=warn")
            .run((context) -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(X402WebMvcAutoConfiguration.class)
                .doesNotHaveBean("x402PaidEndpointsSecurityFilterChain"));
    }

    @Test
    void whenNoTomcatThenStartsWithoutCustomizer() {
        this.runner
            .withClassLoader(new FilteredClassLoader("org.apache.catalina",
                    TomcatServletWebServerFactory.class.getPackageName()))
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(PaymentInterceptor.class)
                .doesNotHaveBean(HeldForwardTomcatCustomizer.class));
    }

    @Test
    void whenNoActuatorThenDefaultChainsAllTheSame() {
        this.runner.withClassLoader(new FilteredClassLoader(WebEndpointAutoConfiguration.class, HealthEndpoint.class))
            .run((context) -> assertThat(context).hasNotFailed().getBeans(SecurityFilterChain.class).hasSize(2));
    }

    @Test
    void whenNoHealthThenDefaultChainsAllTheSame() {
        this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
            .run((context) -> assertThat(context).hasNotFailed().getBeans(SecurityFilterChain.class).hasSize(2));
    }

    @Test
    void whenNoActuatorAtAllThenDefaultChainsAllTheSame() {
        this.runner
            .withClassLoader(
                    new FilteredClassLoader("org.springframework.boot.health", "org.springframework.boot.actuate"))
            .run((context) -> assertThat(context).hasNotFailed().getBeans(SecurityFilterChain.class).hasSize(2));
    }

    @Test
    void whenUserChallengeWriterThenItAnswers() {
        this.runner.withUserConfiguration(OwnWriter.class).run((context) -> {
            assertThat(context).doesNotHaveBean("x402PaymentChallengeWriter");
            assertThat(MockMvcTester.from(context).get().uri("/weather")).hasStatus(418);
        });
    }

    @Test
    void whenUserAuthorizerThenItIsAsked() {
        this.runner.withUserConfiguration(OwnAuthorizer.class, OwnFacilitator.class).run((context) -> {
            assertThat(context).doesNotHaveBean(SecurityPaymentAuthorizer.class);
            MockMvcTester mvc = MockMvcTester.from(context);

            assertThat(mvc.get().uri("/weather")).hasStatus(402)
                .headers()
                .containsHeader("WWW-Authenticate")
                .containsHeader("PAYMENT-REQUIRED");
        });
    }

    @Test
    void whenUserAuthorizationManagerThenAuthorizerHasIt() {
        this.runner.withUserConfiguration(OwnAuthorizationManager.class).run((context) -> {
            assertThat(context).hasSingleBean(SecurityPaymentAuthorizer.class);
            assertThat(MockMvcTester.from(context).get().uri("/weather")).hasStatus(402)
                .headers()
                .doesNotContainHeader("WWW-Authenticate");
        });
    }

    @Test
    void whenUserPriceResolverThenItsPriceIsAsked() {
        this.runner.withUserConfiguration(OwnPriceResolver.class)
            .run((context) -> assertThat(MockMvcTester.from(context).get().uri("/weather")).hasStatus(402)
                .bodyJson()
                .extractingPath("$.accepts[0].amount")
                .isEqualTo("7000000"));
    }

    @Test
    void whenUserFacilitatorAndLedgerThenGateUsesThem() {
        this.runner.withUserConfiguration(OwnFacilitator.class).run((context) -> {
            assertThat(context).getBean(Facilitator.class).isInstanceOf(FakeFacilitator.class);
            assertThat(context).hasSingleBean(PaymentLedger.class);
        });
    }

    @Test
    void whenUserClockThenGateTellsTimeByIt() {
        this.runner.withUserConfiguration(OwnClock.class, OwnFacilitator.class)
            .withPropertyValues("x402.authorization.default=permit-all")
            .run((context) -> {
                MockMvcTester mvc = MockMvcTester.from(context,
                        (builder) -> builder
                            .addFilters(
                                    context.getBean("x402PaymentRequestFilter", FilterRegistrationBean.class)
                                        .getFilter(),
                                    context.getBean("x402PaymentHoldFilter", FilterRegistrationBean.class).getFilter())
                            .build());
                PaymentRequirements requirements = requirements(context.getBean(PaymentHeaderCodec.class),
                        mvc.get().uri("/weather").exchange().getResponse().getHeader("PAYMENT-REQUIRED"));
                TestWallet wallet = TestWallet.named("2");

                assertThat(mvc.get()
                    .uri("/weather")
                    .header("PAYMENT-SIGNATURE", wallet.pay(requirements, Instant.now()).header())).hasStatus(402);
                assertThat(mvc.get()
                    .uri("/weather")
                    .header("PAYMENT-SIGNATURE", wallet.pay(requirements, LONG_AGO).header())).hasStatusOk();
            });
    }

    private static PaymentRequirements requirements(PaymentHeaderCodec codec, String challenge) {
        return codec.decodePaymentRequired(challenge).orElseThrow().accepts().get(0);
    }

    @RestController
    static class WeatherController {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnWriter {

        @Bean
        PaymentChallengeWriter ownWriter() {
            return (request, response, refusal) -> response.setStatus(418);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnAuthorizer {

        @Bean
        PaymentAuthorizer ownAuthorizer() {
            return new PaymentAuthorizer() {

                @Override
                public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
                    return true;
                }

                @Override
                public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange,
                        VerifiedPayment payment) {
                    return new Permission.Granted(null);
                }

            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnAuthorizationManager {

        @Bean
        AuthorizationManager<PaidRequest> ownAuthorizationManager() {
            return (authentication, request) -> new AuthorizationDecision(true);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPriceResolver {

        @Bean
        PriceResolver ownPriceResolver() {
            return (request) -> Price.parse("$7");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFacilitator {

        @Bean
        FakeFacilitator ownFacilitator() {
            return new FakeFacilitator();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClock {

        @Bean
        Clock ownClock() {
            return Clock.fixed(LONG_AGO, ZoneOffset.UTC);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class EtagFilters {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ShallowEtagHeaderFilter earlyEtags() {
            return new ShallowEtagHeaderFilter();
        }

        @Bean
        ShallowEtagHeaderFilter lateEtags() {
            return new ShallowEtagHeaderFilter();
        }

    }

}
