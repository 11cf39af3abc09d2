package io.github.x402spring.security;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ExpressionAuthorizationDecision;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class PolicyRulesTests {

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { "hasRole('A'), hasRole('A')", "-, the default rule" })
    void nameWhenAnEndpointHasAnExpressionThenThat(@Nullable String authorize, String name) {
        assertThat(PolicyRules.name(authorize)).isEqualTo(name);
    }

    @Test
    void nameWhenABeanDecidesThenItsClass() {
        assertThat(PolicyRules.name(new WeatherPlan())).isEqualTo("WeatherPlan");
    }

    @Test
    void nameWhenABeanIsProxiedThenTheClassBehind() {
        ProxyFactory proxy = new ProxyFactory(new WeatherPlan());
        proxy.setProxyTargetClass(true);
        assertThat(PolicyRules.name((WeatherPlan) proxy.getProxy())).isEqualTo("WeatherPlan");
    }

    @ParameterizedTest
    @MethodSource("nameless")
    void nameWhenAClassHasNoNameOfItsOwnThenThatOfTheClassAroundIt(AuthorizationManager<PaidRequest> manager,
            String name) {
        assertThat(PolicyRules.name(manager)).isEqualTo(name);
    }

    static Stream<Arguments> nameless() {
        AuthorizationManager<PaidRequest> lambda = (authentication, request) -> null;
        AuthorizationManager<PaidRequest> reference = new WeatherPlan()::authorize;
        AuthorizationManager<PaidRequest> anonymous = new AuthorizationManager<>() {

            @Override
            public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
                    PaidRequest request) {
                return null;
            }

        };
        WeatherPlan refined = new WeatherPlan() {
        };
        class Local extends WeatherPlan {

        }
        AuthorizationManager<PaidRequest> proxied = proxy(new WeatherPlan());
        return Stream.of(arguments(lambda, "PolicyRulesTests"), arguments(reference, "PolicyRulesTests"),
                arguments(anonymous, "PolicyRulesTests"), arguments(refined, "PolicyRulesTests"),
                arguments(new Local(), "Local"), arguments(proxied, "WeatherPlan"),
                arguments(proxy(lambda), "PolicyRulesTests"), arguments(proxy(proxied), "WeatherPlan"),
                arguments(AuthorizationManagers.<PaidRequest>allOf(lambda), "AuthorizationManagers"),
                arguments(PaymentCondition.payerIsCaller().narrowing(lambda), "PaymentCondition"),
                arguments(
                        Proxy.newProxyInstance(PolicyRulesTests.class.getClassLoader(),
                                new Class<?>[] { AuthorizationManager.class }, (proxy, method, arguments) -> null),
                        "AuthorizationManager"));
    }

    @SuppressWarnings("unchecked")
    private static AuthorizationManager<PaidRequest> proxy(AuthorizationManager<PaidRequest> target) {
        ProxyFactory factory = new ProxyFactory(AuthorizationManager.class, new SingletonTargetSource(target));
        return (AuthorizationManager<PaidRequest>) factory.getProxy();
    }

    @ParameterizedTest
    @CsvSource({ "plan, plan", "'', bean" })
    void rulingWhenTheDecisionSaysWhoThenThatNameFirst(String policy, String name) {
        X402AuthorizationDecision decision = X402AuthorizationDecision.granted()
            .policy(policy)
            .cause("gold")
            .obligation("log", Map.of())
            .build();
        assertThat(PolicyRules.ruling(decision, "bean"))
            .isEqualTo(new PolicyRuling(true, name, "gold", List.of(new PolicyObligation("log", Map.of()))));
    }

    @Test
    void rulingWhenAnExpressionDecidedThenTheExpression() {
        AuthorizationResult result = new ExpressionAuthorizationDecision(false,
                new SpelExpressionParser().parseExpression("hasRole('A') or hasRole('B')"));
        assertThat(PolicyRules.ruling(result, "bean"))
            .isEqualTo(new PolicyRuling(false, "hasRole('A') or hasRole('B')", "", List.of()));
    }

    @ParameterizedTest
    @CsvSource({ "the default rule, authority [ROLE_A]", "hasRole('A'), hasRole('A')" })
    void rulingWhenAnAuthorityIsMissingThenItStandsForTheDefaultRuleOnly(String name, String policy) {
        AuthorizationResult result = new AuthorityAuthorizationDecision(false,
                AuthorityUtils.createAuthorityList("ROLE_A"));
        assertThat(PolicyRules.ruling(result, name)).isEqualTo(new PolicyRuling(false, policy, "", List.of()));
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void rulingWhenTheResultSaysNoMoreThenTheNameGiven(boolean granted) {
        assertThat(PolicyRules.ruling(new AuthorizationDecision(granted), "bean"))
            .isEqualTo(new PolicyRuling(granted, "bean", "", List.of()));
    }

    static class WeatherPlan implements AuthorizationManager<PaidRequest> {

        @Override
        public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
                PaidRequest request) {
            return null;
        }

    }

}
