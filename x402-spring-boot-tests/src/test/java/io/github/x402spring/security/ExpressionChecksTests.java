package io.github.x402spring.security;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

@Tag("locale")
class ExpressionChecksTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private final ExpressionChecks checks = new ExpressionChecks(this.beans,
            new DefaultAuthorizationManagerFactory<>());

    private int calls;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    hasRolle('0xsecret')                                 | there is no word hasRolle with that number of arguments
                    payerIsCaller('0xsecret')                            | there is no word payerIsCaller with that number of arguments
                    maxAmount('0xsecret')                                | maxAmount does not take the given arguments
                    isAuthenticated() and maxAmount('0xsecret')          | maxAmount does not take the given arguments
                    false or (true ? hasRole('ROLE_0xsecret') : true)    | hasRole does not take the given arguments
                    paymnt.payer == '0xsecret'                           | there is no word paymnt
                    payment.paier == '0xsecret'                          | payment has no paier
                    payment?.amuont > 1                                  | payment has no amuont
                    hasRole('A') and payment.isPaidBuy('0xsecret')       | payment has no isPaidBuy with that number of arguments
                    payment.isPaidBy()                                   | payment has no isPaidBy with that number of arguments
                    request.remoteAddres == '0xsecret'                   | request has no remoteAddres
                    request.heder('0xsecret') != null                    | request has no heder with that number of arguments
                    permitall                                            | there is no word permitall
                    hasRole(TRADER)                                      | there is no word TRADER
                    hasAuthorty('x')                                     | there is no word hasAuthorty with that number of arguments
                    #city.equals(hasRolle('0xsecret'))                   | there is no word hasRolle with that number of arguments
                    @nothing.decide('0xsecret')                          | there is no bean with the name nothing
                    @nothing                                             | there is no AuthorizationManager with the name nothing
                    @shelf                                               | there is no AuthorizationManager with the name shelf
                    """)
    void checkWhenAPartIsAMistakeThenNamesItAndQuotesNoValue(String expression, String message) {
        this.beans.registerSingleton("shelf", "shelf");
        assertThatIllegalArgumentException().isThrownBy(() -> check(expression)).withMessage(message).withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = { "isAuthenticated()", "hasRole('ADMIN')", "maxAmount('10000')", "maxAmount(#most)",
            "payment.payer == '0xsecret'", "payment.amount.value > 1", "payment.isPaidBy('0xsecret')",
            "payment.network.evm", "request.remoteAddress == '::1'", "request.header('a') == null",
            "authentication.anything", "authentication.name.hasRolle('A')", "{'a'}.![hasRolle(#this)].size() == 1",
            "@shelf.length() == 5" })
    void checkWhenNothingIsAMistakeThenTaken(String expression) {
        this.beans.registerSingleton("shelf", "shelf");
        assertThatNoException().isThrownBy(() -> check(expression));
    }

    @Test
    void checkWhenABeanDecidesThenItIsNotCalled() {
        this.beans.registerSingleton("plan", (AuthorizationManager<PaidRequest>) (authentication, request) -> {
            this.calls++;
            return null;
        });
        check("@plan");
        check("@plan.authorize(null, null).granted");
        assertThat(this.calls).isZero();
    }

    private void check(String expression) {
        this.checks.check(new SpelExpressionParser().parseExpression(expression));
    }

}
