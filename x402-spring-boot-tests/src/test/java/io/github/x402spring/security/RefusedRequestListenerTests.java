package io.github.x402spring.security;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.DefaultAuthorizationManagerFactory;
import org.springframework.security.authorization.SpringAuthorizationEventPublisher;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class RefusedRequestListenerTests {

    private static final Refusal.Worth WORTH = new Refusal.Worth(Network.parse("eip155:84532"), "0x" + "01".repeat(20),
            BigInteger.valueOf(10_000));

    private final RefusalLog log = new RefusalLog(10);

    private final RefusedRequestListener listener = new RefusedRequestListener(this.log,
            Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC));

    @Test
    void eventWhenAPolicyRefusedAKnownCallerThenAllThatIsKnownIsNoted() {
        refuse(PaidRequests.caller("alice"), PaidRequests.request(),
                X402AuthorizationDecision.denied()
                    .reason(Reason.PAYER_NOT_BOUND)
                    .policy("payer binding")
                    .cause("another wallet")
                    .build());
        assertThat(this.log.latest(10)).containsExactly(new Refusal(PaidRequests.NOW, "weather", Reason.PAYER_NOT_BOUND,
                "payer binding: another wallet", PaidRequests.PAYER, "alice", WORTH));
    }

    @Test
    void eventWhenThePolicyGivesNoCauseThenItsNameAlone() {
        refuse(PaidRequests.caller("alice"), PaidRequests.request(),
                X402AuthorizationDecision.denied().policy("plan").build());
        assertThat(this.log.latest(10)).extracting(Refusal::rule).containsExactly("plan");
    }

    @Test
    void eventWhenTheEndpointHasARuleThenItIsTheOneThatSpoke() {
        refuse(PaidRequests.caller("alice"), PaidRequests.authorizedBy("hasRole('A')"),
                new AuthorizationDecision(false));
        refuse(PaidRequests.caller("alice"), PaidRequests.request(), new AuthorizationDecision(false));
        assertThat(this.log.latest(10)).extracting(Refusal::rule).containsExactly("the default rule", "hasRole('A')");
        assertThat(this.log.latest(10)).extracting(Refusal::reason).containsOnly(Reason.FORBIDDEN);
    }

    @Test
    void eventWhenNobodyIsKnownThenNoNameIsNoted() {
        refuse(PaidRequests.anonymous(), PaidRequests.request(), new AuthorizationDecision(false));
        refuse(null, PaidRequests.request(), new AuthorizationDecision(false));
        assertThat(this.log.latest(10)).hasSize(2).allSatisfy((refusal) -> {
            assertThat(refusal.caller()).isNull();
            assertThat(refusal.reason()).isEqualTo(Reason.UNAUTHENTICATED);
            assertThat(refusal.payer()).isEqualTo(PaidRequests.PAYER);
        });
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void eventWhenAPolicyRefusedThenTheReasonIsTheOneThatTheCallerWasTold(AuthorizationResult refusal, Reason stranger,
            Reason known) {
        assertThat(told(refusal, PaidRequests.anonymous())).isEqualTo(stranger);
        assertThat(told(refusal, null)).isEqualTo(stranger);
        assertThat(told(refusal, PaidRequests.caller("alice"))).isEqualTo(known);
        assertThat(this.log.latest(10)).extracting(Refusal::reason).containsExactly(known, stranger, stranger);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(X402AuthorizationDecision.denied().limitReached(Duration.ofSeconds(5)).build(),
                        Reason.LIMIT_REACHED, Reason.LIMIT_REACHED),
                arguments(lacking("SCOPE_weather"), Reason.UNAUTHENTICATED, Reason.INSUFFICIENT_SCOPE),
                arguments(lacking("ROLE_ADMIN"), Reason.UNAUTHENTICATED, Reason.FORBIDDEN),
                arguments(lacking("SCOPE_weather", "ROLE_ADMIN"), Reason.UNAUTHENTICATED, Reason.FORBIDDEN),
                arguments(new AuthorizationDecision(false), Reason.UNAUTHENTICATED, Reason.FORBIDDEN),
                arguments(X402AuthorizationDecision.denied().build(), Reason.UNAUTHENTICATED, Reason.FORBIDDEN),
                arguments(X402AuthorizationDecision.denied().requiredScopes(List.of()).build(), Reason.UNAUTHENTICATED,
                        Reason.FORBIDDEN),
                arguments(X402AuthorizationDecision.denied().requiredScopes(List.of("weather")).build(),
                        Reason.UNAUTHENTICATED, Reason.INSUFFICIENT_SCOPE),
                arguments(X402AuthorizationDecision.denied()
                    .requiredScopes(List.of("weather"))
                    .reason(Reason.PAYER_NOT_BOUND)
                    .build(), Reason.UNAUTHENTICATED, Reason.PAYER_NOT_BOUND),
                arguments(X402AuthorizationDecision.denied()
                    .requiredScopes(List.of("weather"))
                    .limitReached(Duration.ofSeconds(5))
                    .build(), Reason.LIMIT_REACHED, Reason.LIMIT_REACHED));
    }

    private static AuthorizationResult lacking(String... authorities) {
        return new AuthorityAuthorizationDecision(false, AuthorityUtils.createAuthorityList(authorities));
    }

    private Reason told(AuthorizationResult refusal, @Nullable Authentication caller) {
        Clock clock = Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC);
        SecurityPaymentAuthorizer authorizer = new SecurityPaymentAuthorizer(
                new PaidRequestExpressions("authenticated", new StaticListableBeanFactory(),
                        new DefaultAuthorizationManagerFactory<>()),
                List.of((authentication, request) -> refusal),
                new PayerRules(Map.of(), DelegatedPayerPolicy.of(List.of()), new InMemoryRevocationRegistry(), clock),
                List.of(), new SpringAuthorizationEventPublisher(
                        (event) -> this.listener.onApplicationEvent((AuthorizationDeniedEvent<?>) event)),
                (event) -> {
                }, clock);
        PaidExchange exchange = RequestData.plain();
        SecurityContextHolder.setContext(new SecurityContextImpl(caller));
        try {
            Permission permission = authorizer.authorize(PaidRequests.endpoint(null), exchange,
                    PaidRequests.payment(PaidRequests.PAYER));
            return ((Permission.Denied) permission).denial().reason();
        }
        finally {
            SecurityContextHolder.clearContext();
        }
    }

    @Test
    void eventWhenTheRequestIsNotPaidThenNotNoted() {
        this.listener.onApplicationEvent(new AuthorizationDeniedEvent<>(() -> PaidRequests.caller("alice"), "/admin",
                new AuthorizationDecision(false)));
        assertThat(this.log.count()).isZero();
    }

    private void refuse(@Nullable Authentication caller, PaidRequest request, AuthorizationResult result) {
        this.listener.onApplicationEvent(new AuthorizationDeniedEvent<>(() -> caller, request, result));
    }

}
