package io.github.x402spring.security;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.ParseException;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.authorization.ExpressionAuthorizationDecision;
import org.springframework.security.core.Authentication;
import org.springframework.web.servlet.HandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class PaidRequestExpressionsTests {

    private static final Authentication ALICE = PaidRequests.caller("alice", "ROLE_USER", "SCOPE_weather");

    private static final X402AuthorizationDecision PLAN = X402AuthorizationDecision.denied().policy("plan").build();

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private final PaidRequestExpressions expressions = expressions("authenticated");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            true                                                   | true
            false                                                  | false
            permit-all                                             | true
            permitAll                                              | true
            deny-all                                               | false
            denyAll                                                | false
            hasRole('USER')                                        | true
            hasRole('ADMIN')                                       | false
            hasAuthority('SCOPE_weather') and maxAmount('10000')   | true
            hasAuthority('SCOPE_weather') and maxAmount('9999')    | false
            isAuthenticated() and payerIsCaller()                  | false
            payment.network.toString() == 'eip155:84532'           | true
            authentication.name == 'alice'                         | true
            request.method == 'POST'                               | false
            #city == 'oslo'                                        | false
            """)
    void authorizeWhenTheExpressionSaysYesOrNoThenItDecides(String expression, boolean granted) {
        assertThat(authorize(expression).isGranted()).isEqualTo(granted);
    }

    @ParameterizedTest
    @CsvSource({ "authenticated, true", "deny-all, false", "hasRole('ADMIN'), false" })
    void authorizeWhenTheEndpointSaysNothingThenTheDefaultHolds(String defaultRule, boolean granted) {
        assertThat(expressions(defaultRule).authorize(() -> ALICE, PaidRequests.request()).isGranted())
            .isEqualTo(granted);
    }

    @ParameterizedTest
    @CsvSource({ "oslo, true", "bergen, false" })
    void authorizeWhenThePathHasVariablesThenTheExpressionSeesThem(String city, boolean granted) {
        PaidRequest request = PaidRequests.authorizedBy("#city == 'oslo'");
        request.request().setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("city", city));
        assertThat(this.expressions.authorize(() -> ALICE, request).isGranted()).isEqualTo(granted);
    }

    @Test
    void authorizeWhenEverybodyIsLetInThenNobodyIsAskedWhoCalls() {
        AuthorizationResult result = this.expressions.authorize(() -> {
            throw new IllegalStateException("The session is out of reach");
        }, PaidRequests.authorizedBy("permitAll"));
        assertThat(result.isGranted()).isTrue();
    }

    @Test
    void authorizeWhenOneAuthorityIsMissingThenTheResultNamesIt() {
        assertThat(authorize("hasAuthority('SCOPE_maps') and isAuthenticated()"))
            .isInstanceOfSatisfying(AuthorityAuthorizationDecision.class, (decision) -> {
                assertThat(decision.isGranted()).isFalse();
                assertThat(decision.getAuthorities()).extracting(Object::toString).containsExactly("SCOPE_maps");
            });
    }

    @Test
    void authorizeWhenTwoAuthoritiesAreMissingThenTheResultIsTheExpression() {
        assertThat(authorize("hasAuthority('SCOPE_maps') or hasRole('ADMIN')"))
            .isInstanceOfSatisfying(ExpressionAuthorizationDecision.class, (decision) -> {
                assertThat(decision.isGranted()).isFalse();
                assertThat(decision.getExpression().getExpressionString())
                    .isEqualTo("hasAuthority('SCOPE_maps') or hasRole('ADMIN')");
            });
    }

    @Test
    void authorizeWhenARefusedAuthorityIsNegatedThenItGrants() {
        assertThat(authorize("!hasRole('ADMIN')").isGranted()).isTrue();
    }

    @Test
    void authorizeWhenTheExpressionGivesAResultThenItIsTheResult() {
        this.beans.registerSingleton("plans", new Plans());
        assertThat(authorize("@plans.decide(payment)")).isSameAs(PLAN);
    }

    @Test
    void authorizeWhenABeanIsNamedThenItDecidesForTheCallerAndTheRequest() {
        PaidRequest request = PaidRequests.authorizedBy("@plan");
        this.beans.registerSingleton("plan", (AuthorizationManager<PaidRequest>) (authentication,
                asked) -> (authentication.get() == ALICE && asked == request) ? PLAN : null);
        assertThat(this.expressions.authorize(() -> ALICE, request)).isSameAs(PLAN);
    }

    @Test
    void authorizeWhenTheNamedBeanIsSilentThenNothingIsSaidForIt() {
        this.beans.registerSingleton("plan", (AuthorizationManager<PaidRequest>) (authentication, request) -> null);
        assertThat(authorize("@plan")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "authentication.name", "null", "1", "'true'", "payment" })
    void authorizeWhenTheExpressionSaysNeitherThenItFails(String expression) {
        assertThatIllegalStateException().isThrownBy(() -> authorize(expression));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "-", textBlock = """
            permit-all                        | true
            permitAll                         | true
            permitAll()                       | true
            permitAll and maxAmount('1')      | true
            deny-all                          | false
            isAuthenticated()                 | false
            isAnonymous() or hasRole('A')     | false
            @permitAllPlan                    | false
            -                                 | false
            """)
    void admitsAnonymousWhenTheWordIsThereThenTrue(@Nullable String expression, boolean admits) {
        this.beans.registerSingleton("permitAllPlan",
                (AuthorizationManager<PaidRequest>) (authentication, request) -> null);
        assertThat(this.expressions.admitsAnonymous(PaidRequests.endpoint(expression))).isEqualTo(admits);
    }

    @Test
    void admitsAnonymousWhenTheDefaultDoesThenTheEndpointThatSaysNothingDoes() {
        PaidRequestExpressions open = expressions("permit-all");
        assertThat(open.admitsAnonymous(PaidRequests.endpoint(null))).isTrue();
        assertThat(open.admitsAnonymous(PaidRequests.endpoint("isAuthenticated()"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "hasRole(", "hasRole('A'", "'open", "a b" })
    void parseWhenItIsNoExpressionThenFails(String expression) {
        assertThatExceptionOfType(ParseException.class).isThrownBy(() -> this.expressions.parse(expression));
        assertThatExceptionOfType(ParseException.class).isThrownBy(() -> expressions(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "payerIsCaller()", "hasRole('A') or maxAmount('1')" })
    void parseWhenBlankOrGrantedByAPaymentThenFails(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.parse(expression));
        assertThatIllegalArgumentException().isThrownBy(() -> expressions(expression));
    }

    @Test
    void parseWhenTheNamedBeanIsNoPolicyThenFails() {
        this.beans.registerSingleton("plans", new Plans());
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.parse("@plans"))
            .withMessageContaining("plans");
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.parse(" @nothing "))
            .withMessageContaining("nothing");
    }

    private PaidRequestExpressions expressions(String defaultRule) {
        return new PaidRequestExpressions(defaultRule, this.beans, new DefaultAuthorizationManagerFactory<>());
    }

    private @Nullable AuthorizationResult authorize(String expression) {
        return this.expressions.authorize(() -> ALICE, PaidRequests.authorizedBy(expression));
    }

    public static class Plans {

        public AuthorizationResult decide(Object payment) {
            return PLAN;
        }

    }

}
