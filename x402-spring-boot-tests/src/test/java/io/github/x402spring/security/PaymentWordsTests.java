package io.github.x402spring.security;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentWordsTests {

    @ParameterizedTest
    @ValueSource(strings = { "payerIsCaller()", "(payerIsCaller())", "maxAmount('1') && payerAllowed('0x01')",
            "hasRole('A') || payerIsCaller()", "isAuthenticated() and !payerIsCaller()", "not payerIsCaller()",
            "#root.payerIsCaller()", "isAuthenticated() and #root.payerIsCaller()",
            "isAuthenticated() and payerIsCaller() == true", "payerIsCaller() ?: isAuthenticated()",
            "isAuthenticated() and (true ? payerIsCaller() : false)", "{payerIsCaller()}[0]",
            "isAuthenticated() and {true, false}.?[payerIsCaller()].size() > 0",
            "hasAuthority(payerIsCaller() ? 'A' : 'B')", "@plans.choose(maxAmount('1'))",
            "isAuthenticated() and (payerIsCaller() and (hasRole('A') or maxAmount('1')))" })
    void checkWhenThePaymentCouldGrantThenFails(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentWords.check(parsed(expression)))
            .withMessageContaining("cannot grant anything by themselves");
    }

    @ParameterizedTest
    @ValueSource(strings = { "isAuthenticated() and payerIsCaller()", "payerIsCaller() and isAuthenticated()",
            "payerIsCaller() && maxAmount('1') && (payerAllowed('0x01') && hasRole('A'))",
            "(hasRole('A') or hasRole('B')) and maxAmount('1')", "isAuthenticated()", "hasRole('payerIsCaller')",
            "authentication.name == 'maxAmount'", "@plan" })
    void checkWhenThePaymentOnlyNarrowsThenPasses(String expression) {
        assertThatCode(() -> PaymentWords.check(parsed(expression))).doesNotThrowAnyException();
    }

    private static Expression parsed(String expression) {
        return new SpelExpressionParser().parseExpression(expression);
    }

}
