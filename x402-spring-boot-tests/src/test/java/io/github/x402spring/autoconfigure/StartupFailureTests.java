package io.github.x402spring.autoconfigure;

import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.RolesAllowed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.InfrastructureAdvisorAutoProxyCreator;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

    private static final String KEY_DIGITS = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(WeatherController.class);

    @Test
    void startWhenNothingIsWrongThenStarts() {
        this.runner.run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenPayToIsMissingThenNamesProperty() {
        FailureAnalysis failure = failure(
                PaidApplication.withoutRecipient().withUserConfiguration(WeatherController.class));

        assertThat(failure.getDescription()).contains("'weather' has no recipient");
        assertThat(failure.getAction()).contains("x402.pay-to", "x402.endpoints.weather.pay-to", "40 hexadecimal");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x402.pay-to=                                     | has no recipient
            x402.pay-to=alice                                | 0x and 40 hex digits
            x402.pay-to=0x7099                               | 0x and 40 hex digits
            x402.pay-to=0x70997970c51812dc3A010C7d01b50e0d17dc79C8 | EIP-55 checksum
            x402.pay-to=642829559307850963015472508762062935916233390536 | YAML takes an address without quotes
            x402.endpoints.weather.pay-to=nobody             | 0x and 40 hex digits
            """)
    void startWhenPayToIsNoAddressThenNamesProperty(String property, String problem) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues(property));

        assertThat(failure.getDescription()).contains("'weather'", problem);
        assertThat(failure.getAction()).contains("x402.pay-to", "x402.endpoints.weather.pay-to");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0x", "0X", "" })
    void startWhenPayToIsPrivateKeyThenSaysSoWithoutPrintingIt(String prefix, CapturedOutput output) {
        FailureAnalysis failure = failure(
                this.runner.withPropertyValues("x402.pay-to=" + prefix + KEY_DIGITS, "debug=true"));

        assertThat(failure.getDescription()).contains("private key", "leaked").doesNotContainIgnoringCase(KEY_DIGITS);
        assertThat(failure.getAction()).contains("x402.pay-to").doesNotContainIgnoringCase(KEY_DIGITS);
        assertThat(output.getAll()).doesNotContainIgnoringCase(KEY_DIGITS);
    }

    @Test
    void startWhenPayToIsPrivateKeyReadAsNumberThenSaysSoWithoutPrintingIt(CapturedOutput output) {
        String number = new BigInteger(KEY_DIGITS, 16).toString();

        FailureAnalysis failure = failure(this.runner.withPropertyValues("x402.pay-to=" + number));

        assertThat(failure.getDescription()).contains("private key").doesNotContain(number);
        assertThat(output.getAll()).doesNotContain(number);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            $0                      | more than zero
            0.00                    | more than zero
            $0.0000001              | 6 decimal places
            $1.0000005              | 6 decimal places
            -1                      | written like
            free                    | written like
            $1,00                   | written like
            1e3                     | written like
            $0.01 DOGE              | names a token
            ${prices.weather}       | prices.weather
            '#{usd(}'               | cannot be used
            """)
    void startWhenPriceIsBadThenNamesProperty(String price, String problem) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues("x402.endpoints.weather.price=" + price));

        assertThat(failure.getDescription()).contains("price of paid endpoint 'weather'", problem);
        assertThat(failure.getAction()).contains("x402.endpoints.weather.price", "@PaidEndpoint(price");
    }

    @Test
    void startWhenPriceIsMissingThenNamesProperty() {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(NoPriceController.class));

        assertThat(failure.getDescription()).contains("'weather' cannot be used: It has none");
        assertThat(failure.getAction()).contains("x402.endpoints.weather.price");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    x402.asset=DOGE                                | not known on eip155:84532     | x402.asset
                    x402.endpoints.weather.asset=DOGE              | not known on eip155:84532     | x402.endpoints.weather.asset
                    x402.network=base-camp                         | network of paid endpoint      | x402.network
                    x402.endpoints.weather.network=eip155:x        | network of paid endpoint      | x402.endpoints.weather.network
                    x402.network=                                  | network of paid endpoint      | x402.network
                    x402.network=base-sepola                       | did you mean base-sepolia?    | x402.network
                    x402.network=solana                            | only EVM chains are served    | x402.network
                    x402.network=eip155:31611                      | Nothing here can check        | x402.asset
                    x402.endpoints.weather.scheme=upto             | names a scheme that no        | x402.endpoints.weather.scheme
                    x402.endpoints.weather.scheme=Exact            | names a scheme that no        | one that there is: exact
                    x402.endpoints.weather.scheme=                 | names a scheme that no        | @PaidEndpoint(scheme
                    x402.endpoints.weather.accepts[0].scheme=upto  | names a scheme that no        | x402.endpoints.weather.accepts
                    x402.network=base                              | real money on eip155:8453     | x402.facilitator.url
                    x402.endpoints.weather.network=base            | real money on eip155:8453     | x402.network
                    x402.payments.max-timeout=0s                            | less than a second            | x402.payments.max-timeout
                    x402.payments.max-timeout=-5m                           | less than a second            | x402.payments.max-timeout
                    x402.endpoints.weather.max-timeout=0s          | less than a second            | x402.endpoints.weather.max-timeout
                    x402.endpoints.weather.authorize=hasRole(      | is not an expression          | x402.endpoints.weather.authorize
                    x402.endpoints.weather.authorize=#{permitAll}  | is not an expression          | x402.endpoints.weather.authorize
                    x402.endpoints.weather.authorize=@nobody       | with the name nobody          | x402.endpoints.weather.authorize
                    x402.endpoints.weather.authorize=@environment  | with the name environment     | x402.endpoints.weather.authorize
                    x402.endpoints.weather.authorize=              | it is blank                   | x402.endpoints.weather.authorize
                    x402.authorization.default=hasRole(            | default rule                  | x402.authorization.default
                    x402.authorization.default=                    | default rule                  | x402.authorization.default
                    x402.endpoints.wether.price=$1                 | do not exist: wether          | known endpoints are: weather
                    x402.resource-base-url=api.example.com         | public origin                 | x402.resource-base-url
                    x402.resource-base-url=ftp://api.example.com   | public origin                 | x402.resource-base-url
                    x402.resource-base-url=https://a.example?b=c   | public origin                 | x402.resource-base-url
                    x402.resource-base-url=https://                | public origin                 | x402.resource-base-url
                    x402.ledger.max-entries=0                      | x402.ledger.max-entries       | x402.ledger.max-entries
                    x402.ledger.max-entries=-1                     | x402.ledger.max-entries       | x402.ledger.max-entries
                    x402.web.max-payment-header=0B                 | x402.web.max-payment-header   | x402.web.max-payment-header
                    x402.web.max-payment-header=-1B                | x402.web.max-payment-header   | x402.web.max-payment-header
                    x402.web.max-payment-header=3GB                | x402.web.max-payment-header   | x402.web.max-payment-header
                    x402.web.max-terms-header=0B                   | x402.web.max-terms-header     | x402.web.max-terms-header
                    x402.web.max-terms-header=-1B                  | x402.web.max-terms-header     | x402.web.max-terms-header
                    x402.web.max-terms-header=8KB                  | x402.web.max-terms-header     | server.tomcat.max-http-response-header-size
                    x402.web.max-held-response=-1B                 | x402.web.max-held-response    | x402.web.max-held-response
                    x402.web.max-held-memory=-1B                   | x402.web.max-held-memory      | x402.web.max-held-memory
                    x402.web.max-held-response=2GB                 | x402.web.max-held-response    | x402.web.max-held-response
                    x402.web.max-request-body=-1B                  | x402.web.max-request-body     | x402.web.max-request-body
                    x402.facilitator.refusals-before-sending=two words | proves nothing            | x402.facilitator.refusals-before-sending
                    x402.facilitator.refusals-before-sending=settlement_pending | proves nothing   | x402.facilitator.refusals-before-sending
                    x402.facilitator.refusals-before-sending=invalid_exact_evm_nonce_already_used | proves nothing | x402.facilitator.refusals-before-sending
                    x402.payments.redelivery.max-runs=-1                    | x402.payments.redelivery.max-runs      | x402.payments.redelivery.max-runs
                    x402.payments.redelivery.max-runs=101                   | x402.payments.redelivery.max-runs      | x402.payments.redelivery.max-runs
                    x402.payments.redelivery.window=-1ms                    | x402.payments.redelivery.window        | x402.payments.redelivery.window
                    x402.facilitator.type=http                     | has no address                | x402.facilitator.url
                    x402.facilitator.url=                          | has no address                | x402.facilitator.url
                    """)
    void startWhenConfigurationIsWrongThenNamesProperty(String property, String problem, String remedy) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues(property));

        assertThat(failure.getDescription()).contains(problem);
        assertThat(failure.getAction()).contains(remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = { "not an address", "ftp://f.example.com", "//f.example.com", "https://",
            "mailto:a@b.example", "https://user:hunter2@f.example.com", "https://f.example.com?api-key=hunter2",
            "https://f.example.com#hunter2", "ht tp://user:hunter2@f.example.com" })
    void startWhenFacilitatorAddressIsUnreadableThenNamesPropertyWithoutPrintingIt(String url, CapturedOutput output) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues("x402.facilitator.url=" + url));

        assertThat(failure.getDescription()).isEqualTo("The address of the facilitator cannot be used");
        assertThat(failure.getAction()).contains("x402.facilitator.url", "HttpFacilitatorCustomizer");
        assertThat(failure.getDescription() + failure.getAction() + output.getAll()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({ "connect-timeout,0s", "verify-timeout,-1s", "settle-timeout,0s", "max-concurrent-calls,0",
            "max-concurrent-calls,-1", "circuit-breaker.failure-rate,0", "circuit-breaker.failure-rate,101",
            "circuit-breaker.window,0", "circuit-breaker.open-time,0s" })
    void startWhenLimitOfFacilitatorIsNotPositiveThenNamesProperty(String property, String value) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues("x402.facilitator.url=https://f.example.com",
                "x402.facilitator." + property + "=" + value));

        assertThat(failure.getDescription()).contains("x402.facilitator." + property);
        assertThat(failure.getAction()).contains("Set x402.facilitator." + property);
    }

    @ParameterizedTest
    @CsvSource({ "per-payer,-1", "per-payer,101", "per-address,-1", "window,0s", "window,25h" })
    void startWhenFailedPaymentsAreOutOfRangeThenNamesProperty(String property, String value) {
        FailureAnalysis failure = failure(
                this.runner.withPropertyValues("x402.payments.failed." + property + "=" + value));

        assertThat(failure.getDescription()).startsWith("x402.payments.failed cannot be used");
        assertThat(failure.getAction()).contains("Set x402.payments.failed.", "." + property);
    }

    @ParameterizedTest
    @ValueSource(strings = { "prod", "production", "live", "LIVE", "PROD" })
    void startWhenSimulatedUnderProductionProfileThenNamesRemedy(String profile) {
        FailureAnalysis failure = failure(this.runner.withPropertyValues("spring.profiles.active=eu," + profile));

        assertThat(failure.getDescription()).contains("simulated facilitator moves no money", "'" + profile + "'");
        assertThat(failure.getAction()).contains("x402.facilitator.url", "x402.facilitator.type");
    }

    @Test
    void startWhenNoFacilitatorUnderProductionProfileThenStarts() {
        this.runner.withPropertyValues("spring.profiles.active=prod", "x402.facilitator.type=none", "x402.network=base")
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({ "network", "address", "name", "decimals" })
    void startWhenTokenIsIncompleteThenNamesProperty(String missing) {
        FailureAnalysis failure = failure(token().withPropertyValues("x402.assets.EURC." + missing + "="));

        assertThat(failure.getAction()).contains("x402.assets.EURC." + missing);
    }

    @ParameterizedTest
    @CsvSource({ "network,nowhere", "address,0x12", "decimals,78", "decimals,-1" })
    void startWhenTokenIsWrongThenNamesProperty(String member, String value) {
        FailureAnalysis failure = failure(token().withPropertyValues("x402.assets.EURC." + member + "=" + value));

        assertThat(failure.getDescription()).contains("'EURC' cannot be used");
        assertThat(failure.getAction()).contains("x402.assets.EURC.", member);
    }

    @ParameterizedTest
    @ValueSource(strings = { "two words", "\u00fcber" })
    void startWhenTokenOfAnotherChainHasNoAddressThenNamesPropertyWithoutPrintingIt(String address) {
        FailureAnalysis failure = failure(token().withPropertyValues("x402.assets.EURC.network=solana-devnet",
                "x402.assets.EURC.address=" + address));

        assertThat(failure.getDescription()).contains("'EURC' cannot be used").doesNotContain(address);
        assertThat(failure.getAction()).contains("x402.assets.EURC.", "address");
    }

    @Test
    void startWhenSchemeOfAnnotationIsUnknownThenNamesRemedy() {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(UnknownScheme.class));

        assertThat(failure.getDescription()).contains("'weather' names a scheme that no PaymentScheme bean has");
        assertThat(failure.getAction()).contains("@PaidEndpoint(scheme", "x402.endpoints.weather.scheme", ": exact.");
    }

    @Test
    void startWhenTokenAddressIsPrivateKeyThenSaysSoWithoutPrintingIt(CapturedOutput output) {
        FailureAnalysis failure = failure(token().withPropertyValues("x402.assets.EURC.address=0x" + KEY_DIGITS));

        assertThat(failure.getDescription()).contains("private key").doesNotContainIgnoringCase(KEY_DIGITS);
        assertThat(output.getAll()).doesNotContainIgnoringCase(KEY_DIGITS);
    }

    @Test
    void startWhenTokenIsCompleteThenStarts() {
        token().withPropertyValues("x402.asset=EURC").run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenDescriptionIsTooLongThenNamesProperty() {
        FailureAnalysis failure = failure(
                this.runner.withPropertyValues("x402.endpoints.weather.description=" + "x".repeat(501)));

        assertThat(failure.getDescription()).contains("'weather' is longer than 500 characters");
        assertThat(failure.getAction()).contains("x402.endpoints.weather.description", "@PaidEndpoint(description");
    }

    @Test
    void startWhenDescriptionIsLongEnoughThenStarts() {
        this.runner.withPropertyValues("x402.endpoints.weather.description=" + "x".repeat(500))
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(classes = { UpfrontPreAuthorize.class, UpfrontSecured.class, UpfrontRolesAllowed.class,
            UpfrontDenyAll.class, UpfrontPreAuthorizeOnClass.class, UpfrontPreAuthorizeOnInterface.class })
    void startWhenUpfrontAndMethodSecurityIsNotInEffectThenNamesRemedy(Class<?> controller) {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(controller));

        assertThat(failure.getDescription()).contains("'weather' settles before its handler runs", "not in effect");
        assertThat(failure.getAction()).contains("@EnableMethodSecurity", "x402.endpoints.weather.authorize");
    }

    @ParameterizedTest
    @ValueSource(classes = { UpfrontPreAuthorize.class, UpfrontSecured.class, UpfrontRolesAllowed.class,
            UpfrontDenyAll.class, UpfrontPreAuthorizeOnClass.class, UpfrontPreAuthorizeOnInterface.class })
    void startWhenUpfrontWithMethodSecurityThenStarts(Class<?> controller) {
        PaidApplication.runner()
            .withUserConfiguration(controller, MethodSecurity.class)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenUpfrontAndOnlyAnotherAdviceIsInEffectThenNamesRemedy() {
        FailureAnalysis failure = failure(
                PaidApplication.runner().withUserConfiguration(UpfrontPreAuthorize.class, OtherAdvice.class));

        assertThat(failure.getDescription()).contains("not in effect");
    }

    @Test
    void startWhenUpfrontByConfigurationAndMethodSecurityIsNotInEffectThenNamesRemedy() {
        FailureAnalysis failure = failure(PaidApplication.runner()
            .withUserConfiguration(PreAuthorizeController.class)
            .withPropertyValues("x402.endpoints.weather.flow=upfront"));

        assertThat(failure.getDescription()).contains("not in effect");
    }

    @Test
    void startWhenUpfrontWithPostAuthorizeThenNamesRemedy() {
        FailureAnalysis failure = failure(
                PaidApplication.runner().withUserConfiguration(UpfrontPostAuthorize.class, MethodSecurity.class));

        assertThat(failure.getDescription()).contains("@PostAuthorize would refuse it after it was charged");
        assertThat(failure.getAction()).contains("@PreAuthorize", "flow AUTHORIZATION");
    }

    @Test
    void startWhenAuthorizationWithMethodSecurityThenStarts() {
        PaidApplication.runner()
            .withUserConfiguration(PreAuthorizeController.class)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenUpfrontAndDeprecatedThenStarts() {
        PaidApplication.runner()
            .withUserConfiguration(UpfrontDeprecated.class)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(classes = { HeadOnly.class, OptionsOnly.class, HeadAndOptionsOnly.class })
    void startWhenHandlerAnswersNothingPayableThenNamesRemedy(Class<?> controller) {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(controller));

        assertThat(failure.getDescription()).contains("'weather' is mapped to", "for which no payment is taken");
        assertThat(failure.getAction()).contains("@PaidEndpoint", "GET");
    }

    @ParameterizedTest
    @ValueSource(classes = { AlwaysNotFound.class, AlwaysNotFoundOnClass.class })
    void startWhenHandlerAlwaysAnswersErrorThenNamesRemedy(Class<?> controller) {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(controller));

        assertThat(failure.getDescription()).contains("'weather' always responds with 404");
        assertThat(failure.getAction()).contains("@ResponseStatus");
    }

    @Test
    void startWhenHandlerAnswersCreatedThenStarts() {
        PaidApplication.runner()
            .withUserConfiguration(AlwaysCreated.class)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenTimeoutOfAnnotationIsNegativeThenNamesRemedy() {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(NegativeTimeout.class));

        assertThat(failure.getDescription()).contains("'weather' gives payers less than a second");
        assertThat(failure.getAction()).contains("x402.endpoints.weather.max-timeout", "maxTimeoutSeconds");
    }

    @Test
    void startWhenNameHasOtherCharactersThenNamesRemedy() {
        FailureAnalysis failure = failure(PaidApplication.runner().withUserConfiguration(BadName.class));

        assertThat(failure.getDescription()).contains("more than letters, digits and dashes");
        assertThat(failure.getAction()).contains("@PaidEndpoint(");
    }

    @Test
    void startWhenSecondWayToPayIsBadThenNamesProperty() {
        FailureAnalysis failure = failure(this.runner.withPropertyValues("x402.endpoints.weather.accepts[0].price=$1",
                "x402.endpoints.weather.accepts[1].price=nothing"));

        assertThat(failure.getDescription()).contains("price of paid endpoint 'weather'");
    }

    private WebApplicationContextRunner token() {
        return this.runner.withPropertyValues("x402.assets.EURC.network=base-sepolia",
                "x402.assets.EURC.address=0x808456652fdb597867f38412077A9182bf77359F", "x402.assets.EURC.name=EURC",
                "x402.assets.EURC.decimals=6");
    }

    @ParameterizedTest
    @CsvSource({ "simulated,local", "simulated,remote", "none,local", "none,remote" })
    void startWhenVerifyIsSetWithoutAFacilitatorOverHttpThenNamesProperty(String type, String verify) {
        FailureAnalysis failure = failure(
                this.runner.withPropertyValues("x402.facilitator.type=" + type, "x402.facilitator.verify=" + verify));

        assertThat(failure.getDescription()).contains("x402.facilitator.verify");
        assertThat(failure.getAction()).contains("x402.facilitator.verify", "x402.facilitator.type", "http");
    }

    @ParameterizedTest
    @ValueSource(strings = { "local", "remote" })
    void startWhenVerifyIsSetForTheLocalFacilitatorThenNamesProperty(String verify) {
        FailureAnalysis failure = failure(this.runner.withUserConfiguration(OwnFacilitator.class)
            .withPropertyValues("x402.facilitator.type=local", "x402.facilitator.verify=" + verify));

        assertThat(failure.getAction()).contains("x402.facilitator.verify");
    }

    @ParameterizedTest
    @ValueSource(strings = { "simulated", "none" })
    void startWhenVerifyIsBothThenStarts(String type) {
        this.runner.withPropertyValues("x402.facilitator.type=" + type, "x402.facilitator.verify=both")
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = { "local", "remote", "both" })
    void startWhenVerifyIsSetForAFacilitatorOfTheApplicationThenStarts(String verify) {
        this.runner.withUserConfiguration(OwnFacilitator.class)
            .withPropertyValues("x402.facilitator.verify=" + verify)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    private static FailureAnalysis failure(WebApplicationContextRunner runner) {
        AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
        runner.run((context) -> {
            assertThat(context).hasFailed();
            analysis.set(new InvalidX402ConfigurationFailureAnalyzer().analyze(context.getStartupFailure()));
        });
        assertThat(analysis.get()).isNotNull();
        return analysis.get();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFacilitator {

        @Bean
        FakeFacilitator ownFacilitator() {
            return new FakeFacilitator();
        }

    }

    @RestController
    static class WeatherController {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class NoPriceController {

        @GetMapping("/weather")
        @PaidEndpoint("weather")
        String weather() {
            return "sunny";
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true, proxyTargetClass = true)
    static class MethodSecurity {

    }

    /** Has controllers put behind proxies, as transactions do, for other reasons. */
    @Configuration(proxyBeanMethods = false)
    static class OtherAdvice {

        @Bean
        static InfrastructureAdvisorAutoProxyCreator proxies() {
            InfrastructureAdvisorAutoProxyCreator creator = new InfrastructureAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }

    }

    @RestController
    static class PreAuthorizeController {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        @PreAuthorize("hasRole('USER')")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UpfrontPreAuthorize {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        @PreAuthorize("hasRole('USER')")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UpfrontPostAuthorize {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        @PostAuthorize("hasRole('USER')")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UpfrontSecured {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        @Secured("ROLE_USER")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UpfrontRolesAllowed {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        @RolesAllowed("USER")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UpfrontDenyAll {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        @DenyAll
        String weather() {
            return "sunny";
        }

    }

    @RestController
    @PreAuthorize("hasRole('USER')")
    static class UpfrontPreAuthorizeOnClass {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        String weather() {
            return "sunny";
        }

    }

    interface Guarded {

        @PreAuthorize("hasRole('USER')")
        String weather();

    }

    @RestController
    static class UpfrontPreAuthorizeOnInterface implements Guarded {

        @Override
        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    @Deprecated
    static class UpfrontDeprecated {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", flow = PaymentFlow.UPFRONT)
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class HeadOnly {

        @RequestMapping(path = "/weather", method = RequestMethod.HEAD)
        @PaidEndpoint(value = "weather", price = "$0.01")
        void weather() {
        }

    }

    @RestController
    static class OptionsOnly {

        @RequestMapping(path = "/weather", method = RequestMethod.OPTIONS)
        @PaidEndpoint(value = "weather", price = "$0.01")
        void weather() {
        }

    }

    @RestController
    static class HeadAndOptionsOnly {

        @RequestMapping(path = "/weather", method = { RequestMethod.HEAD, RequestMethod.OPTIONS })
        @PaidEndpoint(value = "weather", price = "$0.01")
        void weather() {
        }

    }

    @RestController
    static class AlwaysNotFound {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        @ResponseStatus(HttpStatus.NOT_FOUND)
        String weather() {
            return "sunny";
        }

    }

    @RestController
    @ResponseStatus(HttpStatus.NOT_FOUND)
    static class AlwaysNotFoundOnClass {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class AlwaysCreated {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        @ResponseStatus(HttpStatus.CREATED)
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class NegativeTimeout {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", maxTimeoutSeconds = -1)
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class UnknownScheme {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01", scheme = "upto")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class BadName {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather.report", price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

}
