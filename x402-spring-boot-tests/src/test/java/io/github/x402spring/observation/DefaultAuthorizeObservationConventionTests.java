package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DefaultAuthorizeObservationConventionTests {

    private final AuthorizeObservationContext context = new AuthorizeObservationContext(ObservationFixture.ENDPOINT);

    @Test
    void outcomeWhenThePolicyIsBeingAskedThenNone() {
        assertValues("none", "none");
    }

    @Test
    void outcomeWhenThePolicySaidNothingThenFailed() {
        this.context.end();
        assertValues("failed", "none");
    }

    @Test
    void outcomeWhenGrantedThenThereIsNoReason() {
        this.context.setPermission(new Permission.Granted(null));
        this.context.end();
        assertValues("granted", "none");
    }

    @Test
    void outcomeWhenDeniedThenHasTheReason() {
        this.context.setPermission(new Permission.Denied(Denial.of(Reason.LIMIT_REACHED)));
        this.context.end();
        assertValues("denied", "limit_reached");
    }

    private void assertValues(String outcome, String reason) {
        assertThat(new DefaultAuthorizeObservationConvention().getLowCardinalityKeyValues(this.context))
            .containsExactlyInAnyOrder(KeyValue.of("endpoint", "report"), KeyValue.of("outcome", outcome),
                    KeyValue.of("reason", reason));
    }

}
