package io.github.x402spring.gate;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.SignedPayment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Refusals that are given without a look at the payment: what they say of the charge is
 * what the ledger knows.
 */
class PaymentGateUnjudgedTests {

    private static final PaymentRequirements ELSEWHERE = new PaymentRequirements("exact", Network.parse("base"),
            GateFixture.TERMS.amount(), GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), 300,
            GateFixture.TERMS.extra());

    private final GateFixture fixture = new GateFixture();

    @ParameterizedTest
    @MethodSource("statesAndRefusals")
    void admitWhenRefusedUnseenThenChargedIsThatOfTheLedgersState(PaymentState state, Unseen unseen) throws Exception {
        this.fixture.leave(state);
        assertThat(unseen.refuse(this.fixture, this.fixture.attempt())).isEqualTo(unseen.refusal(switch (state) {
            case RESERVED, SETTLING, UNKNOWN, UNRESOLVED, USED_ELSEWHERE -> Charged.UNKNOWN;
            case SETTLED -> Charged.YES;
            case RELEASED -> Charged.NO;
        }));
        assertThat(this.fixture.state()).isEqualTo(state);
        assertThat(this.fixture.journal).containsOnlyOnce("ledger.find").doesNotContain("ledger.reserve");
    }

    static Stream<Arguments> statesAndRefusals() {
        return Stream.of(PaymentState.values())
            .flatMap((state) -> Stream.of(Unseen.values()).map((unseen) -> Arguments.of(state, unseen)));
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndThePriceChangedThenTheLedgerStillCounts(Unseen unseen) throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        PaymentAttempt attempt = this.fixture.attempt(GateFixture.payload(GateFixture.TERMS), GateFixture.terms(7));
        assertThat(unseen.refuse(this.fixture, attempt)).isEqualTo(unseen.refusal(Charged.YES));
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndTheClientNamesAnotherSchemeThenTheLedgerStillCounts(Unseen unseen) throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        PaymentRequirements other = new PaymentRequirements("Exact", GateFixture.NETWORK, GateFixture.TERMS.amount(),
                GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), 300, GateFixture.TERMS.extra());
        PaymentAttempt attempt = this.fixture.attempt(GateFixture.payload(other), GateFixture.TERMS);
        assertThat(unseen.refuse(this.fixture, attempt)).isEqualTo(unseen.refusal(Charged.YES));
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndTheLedgerIsDownThenUnknown(Unseen unseen) {
        for (Exception failure : List.of(new LedgerException("down", null), new IllegalStateException("down"))) {
            this.fixture.ledger.failOn(Operation.FIND, failure);
            assertThat(unseen.refuse(this.fixture, this.fixture.attempt())).isEqualTo(unseen.refusal(Charged.UNKNOWN));
        }
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndTheSchemeFailsThenUnknown(Unseen unseen) {
        this.fixture.scheme.failure = new IllegalStateException("bug");
        assertThat(unseen.refuse(this.fixture, this.fixture.attempt())).isEqualTo(unseen.refusal(Charged.UNKNOWN));
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndTheSignatureIsNotThePayersThenNothingIsToldOfThePayment(Unseen unseen)
            throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        assertThat(unseen.refuse(this.fixture, this.fixture.attempt())).isEqualTo(unseen.refusal(Charged.NO));
        assertThat(this.fixture.journal).doesNotContain("ledger.find");
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndOnlyAContractCanConfirmItThenUnknownWithoutALookUp(Unseen unseen) throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        this.fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, false);
        assertThat(unseen.refuse(this.fixture, this.fixture.attempt())).isEqualTo(unseen.refusal(Charged.UNKNOWN));
        assertThat(this.fixture.journal).doesNotContain("ledger.find");
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenRefusedUnseenAndAContractMayHaveSignedForAnotherNetworkThenTheProvedOneCounts(Unseen unseen)
            throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        this.fixture.scheme.elsewhere = new SignedPayment(GateFixture.AUTHORIZATION, false);
        PaymentAttempt attempt = this.fixture.attempt(GateFixture.payload(GateFixture.TERMS), ELSEWHERE,
                GateFixture.TERMS);
        assertThat(unseen.refuse(this.fixture, attempt)).isEqualTo(unseen.refusal(Charged.YES));
    }

    @Test
    void admitWhenThePriceChangedAndAContractMayHaveSignedForAnotherNetworkThenTheProvedOneIsRecalled()
            throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        this.fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
        this.fixture.scheme.elsewhere = new SignedPayment(GateFixture.AUTHORIZATION, false);
        PaymentDecision decision = this.fixture.gate
            .admit(this.fixture.attempt(GateFixture.payload(GateFixture.TERMS), ELSEWHERE, GateFixture.terms(7)));
        assertThat(decision).isInstanceOf(PaymentDecision.Admitted.class);
    }

    @Test
    void admitWhenRefusedUnseenOneAfterAnotherThenEachIsLookedUp() throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        for (int i = 0; i < 20; i++) {
            assertThat(Unseen.IDENTITY_MISSING.refuse(this.fixture, this.fixture.attempt()))
                .isEqualTo(Unseen.IDENTITY_MISSING.refusal(Charged.YES));
        }
    }

    private enum Unseen {

        IDENTITY_MISSING(Reason.UNAUTHENTICATED) {

            @Override
            PaymentDecision refuse(GateFixture fixture, PaymentAttempt attempt) {
                fixture.authorizer.lacksIdentity = true;
                return fixture.gate.admit(attempt);
            }

        },

        IDENTITY_UNDECIDED(Reason.TEMPORARILY_UNAVAILABLE) {

            @Override
            PaymentDecision refuse(GateFixture fixture, PaymentAttempt attempt) {
                fixture.authorizer.identityFailure = new IllegalStateException("down");
                return fixture.gate.admit(attempt);
            }

        },

        NO_FACILITATOR(Reason.NOT_IMPLEMENTED) {

            @Override
            PaymentDecision refuse(GateFixture fixture, PaymentAttempt attempt) {
                return PaymentGate.builder(Facilitator.none(), fixture.ledger, fixture.authorizer)
                    .schemes(List.of(fixture.scheme))
                    .clock(fixture.clock)
                    .intake(fixture.intake)
                    .build()
                    .admit(attempt);
            }

        };

        private final Reason reason;

        Unseen(Reason reason) {
            this.reason = reason;
        }

        abstract PaymentDecision refuse(GateFixture fixture, PaymentAttempt attempt);

        Refused refusal(Charged charged) {
            return new Refused(Denial.of(this.reason).withCharged(charged), null);
        }

    }

}
