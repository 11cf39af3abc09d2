package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.observation.ObservationFixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class ObservedAuthorizerTests {

    private final ObservationFixture observed = new ObservationFixture();

    private final PaymentAuthorizer target = mock(PaymentAuthorizer.class);

    private final PaidExchange exchange = mock(PaidExchange.class);

    @Test
    void authorizeWhenGrantedThenIsWhatTheTargetSaid() {
        Permission granted = new Permission.Granted(null);
        will(granted);
        assertThat(authorize(this.observed.registry)).isSameAs(granted);
        assertObserved("granted", "none");
    }

    @Test
    void authorizeWhenDeniedThenHasItsReason() {
        Permission denied = new Permission.Denied(Denial.of(Reason.INSUFFICIENT_SCOPE));
        will(denied);
        assertThat(authorize(this.observed.registry)).isSameAs(denied);
        assertObserved("denied", "insufficient_scope");
    }

    @Test
    void authorizeWhenThePolicyFailsThenFailsTooAndItsWordsAreNotObserved() {
        given(this.target.authorize(ObservationFixture.ENDPOINT, this.exchange, ObservationFixture.VERIFIED))
            .willThrow(new IllegalStateException("0xcheque"));
        assertThatIllegalStateException().isThrownBy(() -> authorize(this.observed.registry)).withMessage("0xcheque");
        assertObserved("failed", "none");
        assertThat(this.observed.last().getError()).isNull();
    }

    @Test
    void authorizeWhenAskedThenWhatThePolicyDoesIsPartOfTheObservation() {
        given(this.target.authorize(ObservationFixture.ENDPOINT, this.exchange, ObservationFixture.VERIFIED))
            .will((call) -> {
                assertThat(this.observed.registry.getCurrentObservation()).isNotNull();
                return new Permission.Granted(null);
            });
        authorize(this.observed.registry);
        assertThat(this.observed.registry.getCurrentObservation()).isNull();
        assertObserved("granted", "none");
    }

    @Test
    void authorizeWhenNobodyListensThenOnlyAsks() {
        Permission granted = new Permission.Granted(null);
        will(granted);
        assertThat(authorize(ObservationRegistry.create())).isSameAs(granted);
        assertThat(this.observed.meters.getMeters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void lacksIdentityWhenAskedThenIsWhatTheTargetSays(boolean lacks) {
        given(this.target.lacksIdentity(ObservationFixture.ENDPOINT, this.exchange)).willReturn(lacks);
        assertThat(new ObservedAuthorizer(this.target, this.observed.registry, null)
            .lacksIdentity(ObservationFixture.ENDPOINT, this.exchange)).isEqualTo(lacks);
    }

    private void will(Permission permission) {
        given(this.target.authorize(ObservationFixture.ENDPOINT, this.exchange, ObservationFixture.VERIFIED))
            .willReturn(permission);
    }

    private Permission authorize(ObservationRegistry registry) {
        return new ObservedAuthorizer(this.target, registry, null).authorize(ObservationFixture.ENDPOINT, this.exchange,
                ObservationFixture.VERIFIED);
    }

    private void assertObserved(String outcome, String reason) {
        assertThat(this.observed.meters.get("x402.authorize")
            .tags("endpoint", "report", "outcome", outcome, "reason", reason)
            .timer()
            .count()).isOne();
    }

}
