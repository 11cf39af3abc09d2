package io.github.x402spring.security;

import java.util.List;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

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
        PaidRequest request = PaidRequests.authorizedBy("#city == 'oslo'",
                new RequestData(Map.of("city", city), Map.of()));
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

    @ParameterizedTest
    @ValueSource(strings = { "@plan", " @plan ", "(@plan)", "@'plan'", "@\"plan\"", "@'shop.policy'",
            "@\"shop.policy\"", "( @'shop.policy' )", "@'shop policy'" })
    void parseWhenAPolicyIsNamedInAnySpellingThenItDecides(String expression) {
        for (String name : new String[] { "plan", "shop.policy", "shop policy" }) {
            this.beans.registerSingleton(name, (AuthorizationManager<PaidRequest>) (authentication, request) -> PLAN);
        }
        this.expressions.parse(expression);
        assertThat(authorize(expression)).isSameAs(PLAN);
    }

    @ParameterizedTest
    @ValueSource(strings = { "@nothing", "@'shop.nothing'", "(@nothing)", "@nothing.decide(payment)",
            "hasRole('USER') and @'shop.nothing'.decide(payment).granted", "hasRole(@nothing.role())", "&nothing" })
    void parseWhenABeanIsMissingThenFails(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.parse(expression))
            .withMessageContaining("nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = { "maxAmount('$1')", "maxAmount('')", "maxAmount('1.5')", "maxAmount(1.5)",
            "maxAmount('10_000')", "maxAmount('1e4')", "maxAmount(' 1')", "maxAmount('+1')", "maxAmount('-1')",
            "maxAmount(-1)", "maxAmount('\u0661')", "maxAmount(null)", "maxAmount('1' + '$')", "maxAmount(true)",
            "maxAmount()", "maxAmount('1', '2')", "maxAmount({})", "payerAllowed(null)", "payerAllowed('0x01', null)",
            "payerIsCaller('0x01')", "hasRole('ROLE_ADMIN')", "hasAnyRole('ADMIN', 'ADMIN')", "paymnt.payer == '0x01'",
            "opne", "hasRolle('ADMIN')", "isAuthentcated()", "hasAuthority('A', 'B')", "hasRole('A') and hasRolle('B')",
            "hasRolle(#city)", "!hasRole('ROLE_A')", "(hasRole('ROLE_A') ? true : false)",
            "authentication.name.equals(hasRolle('A'))" })
    void parseWhenALiteralOrAWordIsAMistakeThenFailsWithoutQuotingIt(String mistake) {
        String expression = "isAuthenticated() and " + mistake;
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.parse(expression))
            .withMessageNotContaining("$")
            .withMessageNotContaining("ADMIN");
        assertThatIllegalArgumentException().isThrownBy(() -> expressions(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = { "maxAmount('10000')", "maxAmount(10000)", "maxAmount(0x2710)", "maxAmount('1' + '0')",
            "maxAmount('0')", "maxAmount(#most)", "maxAmount(request.header('most'))", "payerAllowed('0x01', '0x01')",
            "payerAllowed('0x01', '0X01')", "payerAllowed({'0x01', '0x01'})", "payerAllowed(#wallet, '0x01')",
            "payerIsCaller()", "hasAnyRole('A', 'B')", "principal == 'alice'", "payment?.payer == '0x01'",
            "hasAllRoles('A', 'B')", "#city.startsWith('o')", "authentication.name.concat('x').startsWith('alice')",
            "{'oslo', 'bergen'}.contains(#city)", "{'a'}.?[startsWith('a')].size() == 1",
            "{'a'}.![concat('b')][0] == 'ab'", "hasPermission('plan', 'read')", "hasPermission(payment, 'read')",
            "T(java.lang.Math).max(1, 2) == 2", "new String('a').equals('a')", "getPayment().payer.startsWith('0x')",
            "getAuthentication().getName().equals('alice')", "permitAll()", "isAnonymous()", "isFullyAuthenticated()" })
    void parseWhenNothingIsAMistakeThenTaken(String condition) {
        String expression = "isAuthenticated() and " + condition;
        assertThatNoException().isThrownBy(() -> this.expressions.parse(expression));
        assertThatNoException().isThrownBy(() -> expressions(expression));
    }

    @Test
    void parseWhenRolesAreFetchedFromElsewhereThenNobodyIsAskedForThem() {
        DefaultAuthorizationManagerFactory<PaidRequest> factory = new DefaultAuthorizationManagerFactory<>();
        factory.setRoleHierarchy((authorities) -> {
            throw new IllegalStateException("The directory is out of reach");
        });
        PaidRequestExpressions directory = new PaidRequestExpressions("hasRole('USER')", this.beans, factory);
        assertThatNoException().isThrownBy(() -> directory.parse("hasAnyRole('A', 'B') and isFullyAuthenticated()"));
    }

    @ParameterizedTest
    @CsvSource({ "10000, true", "9999, false" })
    void authorizeWhenAnAmountComesFromTheRequestThenItIsComparedThen(String most, boolean granted) {
        PaidRequest request = PaidRequests.authorizedBy("isAuthenticated() and maxAmount(request.header('most'))",
                new RequestData(Map.of(), Map.of("most", List.of(most))));
        assertThat(this.expressions.authorize(() -> ALICE, request).isGranted()).isEqualTo(granted);
    }

    @Test
    void authorizeWhenAnAmountOfTheRequestIsNoneThenItFails() {
        PaidRequest request = PaidRequests.authorizedBy("isAuthenticated() and maxAmount(request.header('most'))",
                new RequestData(Map.of(), Map.of("most", List.of("$1"))));
        assertThatIllegalArgumentException().isThrownBy(() -> this.expressions.authorize(() -> ALICE, request));
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
