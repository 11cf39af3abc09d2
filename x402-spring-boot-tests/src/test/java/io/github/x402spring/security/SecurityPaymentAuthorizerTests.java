package io.github.x402spring.security;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationEventPublisher;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.security.RevocationRegistry.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class SecurityPaymentAuthorizerTests {

    private static final Authentication ALICE = PaidRequests.caller("alice", "ROLE_USER");

    private static final AuthorizationResult YES = new AuthorizationDecision(true);

    private static final AuthorizationResult NO = new AuthorizationDecision(false);

    private final List<AuthorizationManager<PaidRequest>> managers = new ArrayList<>();

    private final Map<String, PayerBinding> bindings = new HashMap<>();

    private final InMemoryRevocationRegistry revocations = new InMemoryRevocationRegistry();

    private final RecordedEvents events = new RecordedEvents();

    private final List<Object> audited = new ArrayList<>();

    @AfterEach
    void logout() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { "-, false, true", "-, true, false", "hasRole('A'), false, true",
            "hasRole('A'), true, true", "permitAll, false, false", "permitAll, true, false" })
    void lacksIdentityWhenTheEndpointAsksForOneThenStrangersDo(@Nullable String authorize, boolean beans,
            boolean lacks) {
        if (beans) {
            this.managers.add((authentication, request) -> YES);
        }
        SecurityPaymentAuthorizer authorizer = authorizer("authenticated");
        assertThat(authorizer.lacksIdentity(PaidRequests.endpoint(authorize), exchange())).isEqualTo(lacks);
        assertThat(authorizer.requiresIdentity(PaidRequests.endpoint(authorize))).isEqualTo(lacks);
        login(PaidRequests.anonymous());
        assertThat(authorizer.lacksIdentity(PaidRequests.endpoint(authorize), exchange())).isEqualTo(lacks);
        login(ALICE);
        assertThat(authorizer.lacksIdentity(PaidRequests.endpoint(authorize), exchange())).isFalse();
    }

    @Test
    void authorizeWhenTheRuleGrantsThenGrantedAndEveryRulingIsKept() {
        SecurityContext context = login(ALICE);
        assertThat(authorize("hasRole('USER')")).isEqualTo(
                new Permission.Granted(null, List.of(ruling(true, "hasRole('USER')"), ruling(true, "payer rules"))));
        assertThat(this.events.denials).isEmpty();
        assertThat(SecurityContextHolder.getContext()).isSameAs(context);
        assertThat(context.getAuthentication()).isSameAs(ALICE);
    }

    @Test
    void authorizeWhenTheRuleRefusesThenDeniedAndPublishedWithItsResult() {
        login(ALICE);
        Permission permission = authorize("hasRole('ADMIN')");
        assertThat(permission)
            .isEqualTo(new Permission.Denied(Denial.of(Reason.FORBIDDEN), List.of(ruling(false, "hasRole('ADMIN')"))));
        assertThat(this.events.denials).singleElement().satisfies((denial) -> {
            assertThat(denial.getAuthentication().get()).isSameAs(ALICE);
            assertThat(denial.getObject()).isInstanceOf(PaidRequest.class);
            assertThat(denial.getAuthorizationResult()).isInstanceOf(AuthorityAuthorizationDecision.class);
        });
    }

    @Test
    void authorizeWhenARefusalIsHeardOfLaterThenTheCallerIsStillTheOneThatWasRefused() {
        login(ALICE);
        authorize("hasRole('ADMIN')");
        SecurityContextHolder.clearContext();
        assertThat(this.events.denials).singleElement()
            .satisfies((denial) -> assertThat(denial.getAuthentication().get()).isSameAs(ALICE));
    }

    @Test
    void authorizeWhenABeanDecidesThenInPlaceOfTheDefaultRule() {
        login(ALICE);
        this.managers.add((authentication, request) -> (authentication.get() == ALICE) ? YES : NO);
        assertThat(
                authorizer("deny-all").authorize(PaidRequests.endpoint(null), exchange(), PaidRequests.payment("0x01")))
            .isInstanceOf(Permission.Granted.class);
    }

    @ParameterizedTest
    @CsvSource({ "hasRole('USER'), true, true, true", "hasRole('USER'), true, false, false",
            "hasRole('USER'), false, true, false", "hasRole('ADMIN'), true, true, false" })
    void authorizeWhenSeveralSpeakThenAllHaveToAgree(String authorize, boolean first, boolean second, boolean granted) {
        login(ALICE);
        this.managers.add((authentication, request) -> new AuthorizationDecision(first));
        this.managers.add((authentication, request) -> new AuthorizationDecision(second));
        assertThat(authorize(authorize) instanceof Permission.Granted).isEqualTo(granted);
    }

    @Test
    void authorizeWhenOneRefusesThenNobodyElseIsAsked() {
        login(ALICE);
        List<String> asked = new ArrayList<>();
        this.managers.add((authentication, request) -> NO);
        this.managers.add((authentication, request) -> {
            asked.add("second");
            return YES;
        });
        assertThat(authorize(null).rulings()).hasSize(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void authorizeWhenABeanIsSilentThenDenied() {
        login(ALICE);
        this.managers.add((authentication, request) -> null);
        assertDenied(authorize(null), Reason.FORBIDDEN);
    }

    @Test
    void authorizeWhenABeanThrowsItsRefusalThenThatIsTheResult() {
        login(ALICE);
        this.managers.add((authentication, request) -> {
            throw new AuthorizationDeniedException("no",
                    new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList("SCOPE_weather")));
        });
        assertThat(authorize(null)).isInstanceOfSatisfying(Permission.Denied.class,
                (denied) -> assertThat(denied.denial())
                    .isEqualTo(new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", List.of("weather")), null)));
    }

    @Test
    void authorizeWhenABeanThrowsARefusalWithoutResultThenDenied() {
        login(ALICE);
        this.managers.add((authentication, request) -> {
            throw new AccessDeniedException("no");
        });
        assertDenied(authorize(null), Reason.FORBIDDEN);
    }

    @Test
    void authorizeWhenABeanFailsThenNothingIsDecided() {
        login(ALICE);
        this.managers.add((authentication, request) -> {
            throw new IllegalStateException("out of reach");
        });
        assertThatIllegalStateException().isThrownBy(() -> authorize(null));
    }

    @Test
    void authorizeWhenThePayerIsNotTheCallersThenTheCallerIsToldSo() {
        login(ALICE);
        this.bindings.put("weather", PayerBinding.SAME_WALLET);
        Permission permission = authorize(null);
        assertDenied(permission, Reason.PAYER_NOT_BOUND);
        assertThat(permission.rulings()).last()
            .isEqualTo(new PolicyRuling(false, "payer binding", "another wallet", List.of()));
    }

    @Test
    void authorizeWhenThePayerIsRefusedThenNoObligationIsCarriedOut() {
        login(ALICE);
        this.revocations.revoke(Kind.PAYER, PaidRequests.PAYER);
        this.managers.add(obliging("audit", Map.of()));
        assertDenied(authorize(null), Reason.FORBIDDEN);
        assertThat(this.audited).isEmpty();
        this.revocations.restore(Kind.PAYER, PaidRequests.PAYER);
        assertThat(authorize(null)).isInstanceOf(Permission.Granted.class);
        assertThat(this.audited).hasSize(1);
    }

    @Test
    void authorizeWhenNobodyCarriesAnObligationOutThenDenied() {
        login(ALICE);
        this.managers.add(obliging("notify", Map.of()));
        Permission permission = authorize(null);
        assertDenied(permission, Reason.FORBIDDEN);
        assertThat(permission.rulings()).last().isEqualTo(ruling(false, "obligations"));
    }

    @Test
    void authorizeWhenTheAnswerIsLimitedThenThePermissionSaysTo() {
        login(ALICE);
        this.managers.add(obliging("redact", Map.of("fields", List.of("sky"))));
        assertThat(authorize(null)).isInstanceOfSatisfying(Permission.Granted.class,
                (granted) -> assertThat(granted.redaction()).isEqualTo(new Redaction(Set.of("sky"))));
    }

    @ParameterizedTest
    @MethodSource("composedWithObligations")
    void authorizeWhenACompositionHidesAnObligationThenDeniedAndTheRemedyIsLogged(
            AuthorizationManager<PaidRequest> composed, CapturedOutput output) {
        login(ALICE);
        this.managers.add(composed);
        Permission permission = authorize(null);
        assertDenied(permission, Reason.FORBIDDEN);
        assertThat(permission.rulings()).last()
            .satisfies((ruling) -> assertThat(ruling.cause()).contains("obligations"));
        assertThat(output).contains("endpoint 'weather'", "AuthorizationManager<PaidRequest>")
            .doesNotContain(PaidRequests.PAYER, "s3cret");
        assertThat(this.audited).isEmpty();
    }

    static Stream<AuthorizationManager<PaidRequest>> composedWithObligations() {
        AuthorizationManager<PaidRequest> redacting = obliging("redact", Map.of("fields", List.of("s3cret")));
        AuthorizationManager<PaidRequest> plain = plain();
        AuthorizationManager<PaidRequest> silent = (authentication, request) -> null;
        return Stream.of(AuthorizationManagers.allOf(redacting), AuthorizationManagers.allOf(plain, redacting),
                AuthorizationManagers.allOf(redacting, plain), AuthorizationManagers.allOf(silent, redacting, silent),
                AuthorizationManagers.allOf(plain, AuthorizationManagers.allOf(plain, redacting)),
                AuthorizationManagers.allOf(plain, AuthorizationManagers.anyOf(silent, redacting)),
                AuthorizationManagers.anyOf(AuthorizationManagers.allOf(plain, redacting), plain),
                AuthorizationManagers.not(AuthorizationManagers.not(redacting)),
                AuthorizationManagers.not(AuthorizationManagers.anyOf(AuthorizationManagers.not(redacting))),
                AuthorizationManagers.allOf(plain,
                        PaymentCondition.maxAmount(BigInteger.TEN.pow(9)).narrowing(redacting)),
                AuthorizationManagers.allOf(plain, misnamed("a\nb]", redacting)));
    }

    @ParameterizedTest
    @MethodSource("composedWithoutObligations")
    void authorizeWhenACompositionHidesNothingThenItDecides(AuthorizationManager<PaidRequest> composed, boolean granted,
            CapturedOutput output) {
        login(ALICE);
        this.managers.add(composed);
        assertThat(authorize(null) instanceof Permission.Granted).isEqualTo(granted);
        assertThat(output).doesNotContain("obligations");
    }

    static Stream<Arguments> composedWithoutObligations() {
        AuthorizationManager<PaidRequest> plain = plain();
        AuthorizationManager<PaidRequest> no = (authentication, request) -> NO;
        AuthorizationManager<PaidRequest> refusing = (authentication,
                request) -> X402AuthorizationDecision.denied().obligation("redact", Map.of()).build();
        AuthorizationManager<PaidRequest> named = (authentication,
                request) -> X402AuthorizationDecision.granted().policy("plan").cause("gold [obliging]").build();
        return Stream.of(arguments(AuthorizationManagers.allOf(plain, plain), true),
                arguments(AuthorizationManagers.allOf(plain, named), true),
                arguments(AuthorizationManagers.allOf(plain, no), false),
                arguments(AuthorizationManagers.allOf(plain, refusing), false),
                arguments(AuthorizationManagers.anyOf(no, plain), true),
                arguments(AuthorizationManagers.anyOf(no, refusing), false),
                arguments(AuthorizationManagers.allOf(AuthorityAuthorizationManager.hasRole("USER"),
                        AuthenticatedAuthorizationManager.authenticated()), true),
                arguments(AuthorizationManagers.not(no), true), arguments(AuthorizationManagers.not(plain), false),
                arguments(AuthorizationManagers.<PaidRequest>allOf(), true),
                arguments(AuthorizationManagers.<PaidRequest>anyOf(), false));
    }

    @Test
    void authorizeWhenAnyOfSeveralGrantsThenItsObligationsApply() {
        login(ALICE);
        this.managers.add(AuthorizationManagers.anyOf((authentication, request) -> NO,
                obliging("redact", Map.of("fields", List.of("sky")))));
        assertThat(authorize(null)).isInstanceOfSatisfying(Permission.Granted.class,
                (granted) -> assertThat(granted.redaction()).isEqualTo(new Redaction(Set.of("sky"))));
    }

    @Test
    void authorizeWhenPoliciesAreDeclaredOneByOneThenTheObligationsOfAllApply() {
        login(ALICE);
        this.managers.add(obliging("redact", Map.of("fields", List.of("sky", "wind"))));
        this.managers.add(plain());
        this.managers.add(obliging("redact", Map.of("fields", List.of("wind"))));
        assertThat(authorize(null)).isInstanceOfSatisfying(Permission.Granted.class,
                (granted) -> assertThat(granted.redaction()).isEqualTo(new Redaction(Set.of("wind"))));
    }

    @Test
    void denialWhenTheCallerIsAStrangerThenEveryRefusalIsTheSame() {
        for (AuthorizationResult refusal : List.of(NO,
                X402AuthorizationDecision.denied().requiredScopes(List.of("weather")).build(),
                X402AuthorizationDecision.denied().reason(Reason.PAYER_NOT_BOUND).build(),
                new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList("SCOPE_weather")))) {
            this.managers.addFirst((authentication, request) -> refusal);
            assertThat(denial()).isEqualTo(Denial.of(Reason.UNAUTHENTICATED));
        }
    }

    @ParameterizedTest
    @CsvSource({ "PT0S, 1", "PT0.9S, 1", "PT-5S, 1", "PT90S, 90", "PT9999999999S, 2147483647" })
    void denialWhenTheLimitIsReachedThenStrangersLearnWhenToTryAgain(Duration wait, int seconds) {
        this.managers.add((authentication, request) -> X402AuthorizationDecision.denied().limitReached(wait).build());
        assertThat(denial()).isEqualTo(new Denial(Reason.LIMIT_REACHED, Map.of(), seconds));
    }

    @ParameterizedTest
    @CsvSource({ "ROLE_ADMIN, FORBIDDEN", "SCOPE_weather, INSUFFICIENT_SCOPE" })
    void denialWhenAnAuthorityIsMissingThenKnownCallersLearnOfScopesOnly(String authority, Reason reason) {
        login(ALICE);
        assertDenied(authorize("hasAuthority('" + authority + "')"), reason);
    }

    private SecurityContext login(Authentication authentication) {
        SecurityContext context = new SecurityContextImpl(authentication);
        SecurityContextHolder.setContext(context);
        return context;
    }

    private Permission authorize(@Nullable String authorize) {
        return authorizer("authenticated").authorize(PaidRequests.endpoint(authorize), exchange(),
                PaidRequests.payment(PaidRequests.PAYER));
    }

    private Denial denial() {
        return ((Permission.Denied) authorize(null)).denial();
    }

    private SecurityPaymentAuthorizer authorizer(String defaultRule) {
        Clock clock = Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC);
        return new SecurityPaymentAuthorizer(
                new PaidRequestExpressions(defaultRule, new StaticListableBeanFactory(),
                        new DefaultAuthorizationManagerFactory<>()),
                this.managers,
                new PayerRules(this.bindings, DelegatedPayerPolicy.of(List.of()), this.revocations, clock), List.of(),
                this.events, this.audited::add, clock);
    }

    private static PaidExchange exchange() {
        return RequestData.plain();
    }

    private static AuthorizationManager<PaidRequest> plain() {
        return (authentication, request) -> YES;
    }

    private static AuthorizationManager<PaidRequest> misnamed(String name, AuthorizationManager<PaidRequest> manager) {
        return (authentication, request) -> {
            X402AuthorizationDecision.Builder decision = X402AuthorizationDecision.granted().policy(name).cause(name);
            ((X402AuthorizationDecision) manager.authorize(authentication, request)).obligations()
                .forEach((obligation) -> decision.obligation(obligation.type(), obligation.attributes()));
            return decision.build();
        };
    }

    private static AuthorizationManager<PaidRequest> obliging(String type, Map<String, @Nullable Object> attributes) {
        return (authentication, request) -> X402AuthorizationDecision.granted().obligation(type, attributes).build();
    }

    private static PolicyRuling ruling(boolean granted, String policy) {
        return new PolicyRuling(granted, policy, "", List.of());
    }

    private static void assertDenied(Permission permission, Reason reason) {
        assertThat(permission).isInstanceOfSatisfying(Permission.Denied.class,
                (denied) -> assertThat(denied.denial().reason()).isEqualTo(reason));
    }

    private static final class RecordedEvents implements AuthorizationEventPublisher {

        private final List<AuthorizationDeniedEvent<?>> denials = new ArrayList<>();

        @Override
        public <T> void publishAuthorizationEvent(Supplier<Authentication> authentication, T object,
                AuthorizationResult result) {
            this.denials.add(new AuthorizationDeniedEvent<>(authentication, object, result));
        }

    }

}
