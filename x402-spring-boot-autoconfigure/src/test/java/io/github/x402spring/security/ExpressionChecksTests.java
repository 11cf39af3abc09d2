package io.github.x402spring.security;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ExpressionChecksTests {

    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

    private final ExpressionChecks checks = new ExpressionChecks(this.beans,
            new DefaultAuthorizationManagerFactory<>());

    @ParameterizedTest
    @ValueSource(strings = { "permitAll", "hasRole('TRADER')", "hasAuthority('SCOPE_a') and isAuthenticated()",
            "payment.payer == '0xsecret'", "maxAmount('10000')", "@policy", "@policy != null",
            "{'a', 'b'}.contains(authentication.name)", "hasAnyAuthority('a', 'b')" })
    void checkWhenItCanDecideThenPasses(String expression) {
        this.beans.addBean("policy",
                (AuthorizationManager<PaidRequest>) (authentication, request) -> new AuthorizationDecision(true));
        assertThatCode(() -> check(expression)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "permitall", "hasAuthorty('secret')", "hasRole(TRADER)", "maxAmount('$1')", "@policy",
            "@policy.allows('secret')", "hasRole()", "!hasAuthorty('secret')", "isAuthenticated() and permitall",
            "{hasAuthorty('secret')}.size() > 0" })
    void checkWhenItCannotDecideThenFailsWithoutQuotingAValue(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> check(expression))
            .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
            .isNotBlank()
            .doesNotContain("secret", "$1");
    }

    private void check(String expression) {
        this.checks.check(new SpelExpressionParser().parseExpression(expression));
    }

}
