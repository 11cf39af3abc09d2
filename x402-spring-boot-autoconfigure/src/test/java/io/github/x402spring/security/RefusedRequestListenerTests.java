package io.github.x402spring.security;

import java.math.BigInteger;
import java.time.Clock;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.event.AuthorizationDeniedEvent;
import org.springframework.security.core.Authentication;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.Refusal;
import io.github.x402spring.gate.RefusalLog;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

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
