package io.github.x402spring.autoconfigure.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.MutableClock;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.security.DelegatedPayerPolicy;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaidRequestExpressions;
import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.security.SecurityPaymentAuthorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class X402SecurityAutoConfigurationTests {

    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(X402AutoConfiguration.class,
            X402SecurityAutoConfiguration.class, RestClientAutoConfiguration.class);

    private static final String PAYER = "0x" + "ab".repeat(20);

    private static final PaidEndpointDefinition ENDPOINT = new PaidEndpointDefinition("weather", "", "", null,
            PaymentFlow.AUTHORIZATION, false);

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
        .withConfiguration(CONFIGURATIONS)
        .withPropertyValues("x402.pay-to=" + PaidApplication.PAY_TO);

    @Test
    void whenNothingIsSetThenSecurityDecidesAndNobodyElseIsAsked() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(SecurityPaymentAuthorizer.class)
            .hasSingleBean(RevocationRegistry.class)
            .hasSingleBean(DelegatedPayerPolicy.class)
            .hasSingleBean(EnvelopeRenderer.class)
            .hasSingleBean(AuthHints.class)
            .doesNotHaveBean(OpaAuthorizationManager.class)
            .doesNotHaveBean(AuthZenAuthorizationManager.class)
            .doesNotHaveBean("x402EnvelopeCustomizer"));
    }

    @Test
    void whenNothingIsSetThenItsOwnRulesAreNotTakenForTheApplicationsPolicies() {
        this.runner.run((context) -> {
            assertThat(context).hasBean("x402PayerRules").hasSingleBean(PaidRequestExpressions.class);
            assertThat(context.getBean(SecurityPaymentAuthorizer.class).requiresIdentity(ENDPOINT)).isTrue();
        });
    }

    @Test
    void whenTheDefaultLetsEverybodyInThenNobodyHasToAuthenticate() {
        this.runner.withPropertyValues("x402.authorization.default=permit-all")
            .run((context) -> assertThat(context.getBean(SecurityPaymentAuthorizer.class).requiresIdentity(ENDPOINT))
                .isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = { "hasRole(", "payerIsCaller()", "@nothing" })
    void whenTheDefaultIsNoRuleThenStartFailsAndNamesTheProperty(String rule) {
        this.runner.withPropertyValues("x402.authorization.default=" + rule)
            .run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains("x402.authorization.default")));
    }

    @Test
    void whenADecisionPointHasAnAddressThenItDecidesInPlaceOfTheDefaultRule() {
        this.runner.withPropertyValues("x402.authorization.opa.url=http://localhost:8181/v1/data/shop/paid")
            .run((context) -> {
                assertThat(context).hasSingleBean(OpaAuthorizationManager.class)
                    .doesNotHaveBean(AuthZenAuthorizationManager.class);
                assertThat(context.getBean(SecurityPaymentAuthorizer.class).requiresIdentity(ENDPOINT)).isFalse();
            });
        this.runner.withPropertyValues("x402.authorization.authzen.url=https://pdp.example.test").run((context) -> {
            assertThat(context).hasSingleBean(AuthZenAuthorizationManager.class)
                .doesNotHaveBean(OpaAuthorizationManager.class);
            assertThat(context.getBean(SecurityPaymentAuthorizer.class).requiresIdentity(ENDPOINT)).isFalse();
        });
    }

    @Test
    void whenRolesHaveAnOrderThenExpressionsKnowIt() {
        PaidRequest request = paidRequest("hasRole('USER')");
        Authentication boss = new TestingAuthenticationToken("boss", "secret", "ROLE_BOSS");
        this.runner.run((context) -> assertThat(
                context.getBean(PaidRequestExpressions.class).authorize(() -> boss, request).isGranted())
            .isFalse());
        this.runner.withBean(RoleHierarchy.class, () -> RoleHierarchyImpl.fromHierarchy("ROLE_BOSS > ROLE_USER"))
            .run((context) -> assertThat(
                    context.getBean(PaidRequestExpressions.class).authorize(() -> boss, request).isGranted())
                .isTrue());
    }

    @Test
    void whenEndpointsBindPayersThenTheRulesKnowWhich() {
        Authentication ann = new TestingAuthenticationToken("ann", "secret", "ROLE_USER");
        PaidRequest request = paidRequest(null);
        this.runner
            .run((context) -> assertThat(payerRules(context).authorize(() -> ann, request).isGranted()).isTrue());
        this.runner.withPropertyValues("x402.endpoints.weather.payer-binding=same-wallet")
            .run((context) -> assertThat(payerRules(context).authorize(() -> ann, request).isGranted()).isFalse());
    }

    @Test
    void whenThereIsAClockThenDelegationsEndByIt() {
        Authentication ann = new TestingAuthenticationToken("ann", "secret", "ROLE_USER");
        MutableClock clock = new MutableClock(Instant.parse("2026-12-31T23:59:59Z"));
        this.runner.withBean(Clock.class, () -> clock)
            .withPropertyValues("x402.endpoints.weather.payer-binding=delegated", "x402.delegations[0].caller=ann",
                    "x402.delegations[0].payer=" + PAYER, "x402.delegations[0].expires-at=2027-01-01T00:00:00Z")
            .run((context) -> {
                AuthorizationManager<PaidRequest> rules = payerRules(context);
                assertThat(rules.authorize(() -> ann, paidRequest(null)).isGranted()).isTrue();
                clock.advance(Duration.ofSeconds(1));
                assertThat(rules.authorize(() -> ann, paidRequest(null)).isGranted()).isFalse();
            });
    }

    @Test
    void whenTheApplicationHasItsOwnThenTheStarterHasNone() {
        RevocationRegistry revocations = (kind, id) -> false;
        DelegatedPayerPolicy delegations = (caller, payer) -> List.of();
        EnvelopeRenderer envelopes = new EnvelopeRenderer(null);
        this.runner.withBean(RevocationRegistry.class, () -> revocations)
            .withBean(DelegatedPayerPolicy.class, () -> delegations)
            .withBean(EnvelopeRenderer.class, () -> envelopes)
            .run((context) -> {
                assertThat(context).getBean(RevocationRegistry.class).isSameAs(revocations);
                assertThat(context).getBean(DelegatedPayerPolicy.class).isSameAs(delegations);
                assertThat(context).getBean(EnvelopeRenderer.class).isSameAs(envelopes);
            });
    }

    @Test
    void whenTheApplicationAuthorizesThenSecurityDoesNot() {
        PaymentAuthorizer own = mock();
        this.runner.withBean(PaymentAuthorizer.class, () -> own).run((context) -> {
            assertThat(context).getBean(PaymentAuthorizer.class).isSameAs(own);
            assertThat(context.getBean(AuthHints.class).varies(ENDPOINT)).isFalse();
            assertThat(context.getBean(AuthHints.class).declare(ENDPOINT, "https://a.test", List.of()))
                .isEqualTo(Map.of());
        });
    }

    @Test
    void whenEnvelopesAreEnabledThenEveryChainExplainsItsDenials() {
        this.runner.withPropertyValues("x402.envelope.enabled=true")
            .run((context) -> assertThat(context).hasBean("x402EnvelopeCustomizer"));
    }

    @Test
    void whenTheApplicationHasAPolicyThenItStandsInPlaceOfTheDefaultRule() {
        this.runner.withUserConfiguration(Policy.class)
            .run((context) -> assertThat(context.getBean(SecurityPaymentAuthorizer.class).requiresIdentity(ENDPOINT))
                .isFalse());
    }

    @Test
    void whenItIsNoWebApplicationThenBacksOff() {
        new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PaymentAuthorizer.class));
    }

    @SuppressWarnings("unchecked")
    private static AuthorizationManager<PaidRequest> payerRules(ApplicationContext context) {
        return context.getBean("x402PayerRules", AuthorizationManager.class);
    }

    private static PaidRequest paidRequest(@Nullable String authorize) {
        return new PaidRequest(mock(PaidExchange.class),
                new PaidEndpointDefinition("weather", "", "", authorize, PaymentFlow.AUTHORIZATION, false),
                new VerifiedPayment("weather", "https://api.example.test/weather", "exact",
                        Network.parse("eip155:84532"), "0x01", TokenAmount.of(1), "0x02", PAYER, Instant.MAX));
    }

    @Configuration(proxyBeanMethods = false)
    static class Policy {

        @Bean
        AuthorizationManager<PaidRequest> policy() {
            return (authentication, request) -> null;
        }

    }

}
