package io.github.x402spring.autoconfigure.observation;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.observation.ObservationFixture;
import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class ObservedFacilitatorTests {

    private final ObservationFixture observed = new ObservationFixture();

    private final FakeFacilitator target = new FakeFacilitator();

    private final ObservedFacilitator facilitator = around(this.target, this.observed.registry);

    @Test
    void verifyWhenValidThenIsTheTargetsAnswer() throws Exception {
        VerifyResponse answer = VerifyResponse.valid(ObservationFixture.PAYER);
        this.target.onVerify(answer);
        assertThat(verify()).isSameAs(answer);
        assertThat(this.target.verifications()).singleElement().satisfies((call) -> {
            assertThat(call.payload()).isSameAs(ObservationFixture.PAYLOAD);
            assertThat(call.requirements()).isSameAs(ObservationFixture.TERMS);
            assertThat(call.resource()).isSameAs(ObservationFixture.RESOURCE);
        });
        assertObserved("x402.verify", "valid", "none");
    }

    @Test
    void verifyWhenInvalidThenIsTheTargetsAnswer() throws Exception {
        VerifyResponse answer = VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE);
        this.target.onVerify(answer);
        assertThat(verify()).isSameAs(answer);
        assertObserved("x402.verify", "invalid", "none");
    }

    @Test
    void settleWhenSettledThenNamesTheTransactionOnTheSpanOnly() throws Exception {
        assertThat(settle().success()).isTrue();
        assertThat(this.target.settlements()).hasSize(1);
        assertObserved("x402.settle", "settled", "none");
        assertThat(this.observed.last().getHighCardinalityKeyValue("x402.transaction").getValue())
            .isEqualTo(FakeFacilitator.TRANSACTION);
        assertThat(this.observed.last().getLowCardinalityKeyValue("x402.transaction")).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "settlement_pending,pending", "invalid_payload,refused" })
    void settleWhenNotSettledThenSaysHow(String reason, String outcome) throws Exception {
        SettleResponse answer = SettleResponse.failed(ReasonCode.of(reason), "", ObservationFixture.NETWORK);
        this.target.onSettle(answer);
        assertThat(settle()).isSameAs(answer);
        assertObserved("x402.settle", outcome, "none");
        assertThat(this.observed.last(PaymentKeyName.TRANSACTION)).isEqualTo("none");
    }

    @Test
    void settleWhenNotReachedThenFailsTheSameWay() {
        FacilitatorNotReachedException failure = new FacilitatorNotReachedException("down", null);
        this.target.onSettle(FakeFacilitator.failure(failure));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(this::settle).isSameAs(failure);
        assertObserved("x402.settle", "not_reached", "FacilitatorNotReachedException");
    }

    @Test
    void settleWhenThereIsNoAnswerThenFailsTheSameWay() {
        FacilitatorException failure = new FacilitatorException("timeout", null);
        this.target.onSettle(FakeFacilitator.failure(failure));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(this::settle).isSameAs(failure);
        assertObserved("x402.settle", "failed", "FacilitatorException");
    }

    @Test
    void settleWhenTheFacilitatorHasABugThenItsWordsAreNotObserved() {
        this.target.onSettle(FakeFacilitator.failure(new IllegalStateException("0xcheque")));
        assertThatIllegalStateException().isThrownBy(this::settle);
        assertObserved("x402.settle", "failed", "none");
        assertThat(this.observed.last().getError()).isNull();
    }

    @Test
    void verifyWhenAnythingIsObservedThenThePaymentIsNot() throws Exception {
        verify();
        assertThat(this.observed.last().getAllKeyValues().toString()).doesNotContain("0xcheque",
                ObservationFixture.PAYER, ObservationFixture.TERMS.asset(), ObservationFixture.TERMS.payTo());
    }

    @Test
    void callWhenNobodyListensThenOnlyAsks() throws Exception {
        ObservedFacilitator idle = around(this.target, ObservationRegistry.create());
        idle.verify(ObservationFixture.PAYLOAD, ObservationFixture.TERMS, ObservationFixture.RESOURCE);
        idle.settle(ObservationFixture.PAYLOAD, ObservationFixture.TERMS, ObservationFixture.RESOURCE);
        assertThat(this.target.verifications()).hasSize(1);
        assertThat(this.target.settlements()).hasSize(1);
        assertThat(this.observed.meters.getMeters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void mayServeWhenAskedThenIsWhatTheTargetSays(boolean serves) {
        Facilitator target = mock(Facilitator.class);
        given(target.mayServe(ObservationFixture.NETWORK)).willReturn(serves);
        assertThat(around(target, this.observed.registry).mayServe(ObservationFixture.NETWORK)).isEqualTo(serves);
    }

    @ParameterizedTest
    @EnumSource
    void kindWhenAskedThenIsThatOfTheTarget(Facilitator.Kind kind) {
        Facilitator target = mock(Facilitator.class);
        given(target.kind()).willReturn(kind);
        assertThat(around(target, this.observed.registry).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void simulatedWhenAskedThenIsThatOfTheTarget(boolean simulated) {
        Facilitator target = mock(Facilitator.class);
        given(target.simulated()).willReturn(simulated);
        assertThat(around(target, this.observed.registry).simulated()).isEqualTo(simulated);
    }

    @Test
    void supportedWhenAskedThenIsWhatTheTargetSays() throws Exception {
        List<SupportedKind> kinds = List.of(new SupportedKind(2, "exact", "eip155:1"));
        this.target.onSupported(kinds);
        assertThat(this.facilitator.supported()).isEqualTo(kinds);
    }

    private static ObservedFacilitator around(Facilitator target, ObservationRegistry registry) {
        return new ObservedFacilitator(target, registry, null, NamesFixture.NAMES);
    }

    private VerifyResponse verify() throws FacilitatorException {
        return this.facilitator.verify(ObservationFixture.PAYLOAD, ObservationFixture.TERMS,
                ObservationFixture.RESOURCE);
    }

    private SettleResponse settle() throws FacilitatorException {
        return this.facilitator.settle(ObservationFixture.PAYLOAD, ObservationFixture.TERMS,
                ObservationFixture.RESOURCE);
    }

    private void assertObserved(String name, String outcome, String error) {
        assertThat(this.observed.meters.get(name)
            .tags("outcome", outcome, "scheme", "exact", "network", "eip155:84532", "asset", "USDC", "facilitator",
                    "http", "error", error)
            .timer()
            .count()).isOne();
    }

}
