package io.github.x402spring.gate;

import org.junit.jupiter.api.Test;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.gate.GateFixture.StubAuthorizer;
import io.github.x402spring.gate.GateFixture.StubExchange;

import static org.assertj.core.api.Assertions.assertThat;

class PolicyCheckTests {

    private final StubAuthorizer authorizer = new GateFixture().authorizer;

    private final PolicyCheck check = new PolicyCheck(this.authorizer);

    private final StubExchange exchange = new GateFixture().exchange("/report");

    private final PaymentAttempt attempt = new GateFixture().attemptOf(this.exchange);

    private final Candidate payment = AdmittedPayments.candidate(this.attempt, true, AdmittedPayments.FRESH);

    @Test
    void refuseUnknownWhenAnIdentityIsMissingThenUnauthenticated() {
        this.authorizer.lacksIdentity = true;
        assertThat(this.check.refuseUnknown(this.attempt)).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void refuseUnknownWhenNoneIsMissingThenDoesNot() {
        assertThat(this.check.refuseUnknown(this.attempt)).isNull();
    }

    @Test
    void refuseUnknownWhenThePolicyFailsThenUnavailable() {
        this.authorizer.identityFailure = new IllegalStateException("down");
        assertThat(this.check.refuseUnknown(this.attempt)).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void authorizeWhenThePolicyDeniesThenThatIsSaidAndRecorded() {
        Permission denied = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        this.authorizer.permission = denied;
        assertThat(this.check.authorize(this.payment)).isSameAs(denied);
        assertThat(this.exchange.decisions).containsExactly(denied);
    }

    @Test
    void authorizeWhenThePolicySaysNothingThenItFailed() {
        this.authorizer.permission = null;
        assertThat(this.check.authorize(this.payment)).isEqualTo(new Permission.Failed());
        assertThat(this.exchange.decisions).containsExactly(new Permission.Failed());
    }

    @Test
    void authorizeWhenThePolicyFailsThenNothingIsGrantedAndThatIsRecorded() {
        this.authorizer.policyFailure = new IllegalStateException("down");
        assertThat(this.check.authorize(this.payment)).isEqualTo(new Permission.Failed());
        assertThat(this.exchange.decisions).containsExactly(new Permission.Failed());
    }

}
