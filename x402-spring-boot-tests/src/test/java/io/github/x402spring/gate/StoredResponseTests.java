package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stored responses where several attempts have one payment, one after the other: the
 * stored one is that of the attempt that has the payment.
 */
class StoredResponseTests {

    private static final byte[] OWN = { 1 };

    private static final byte[] OTHER = { 2 };

    private final StoredResponses answers = new StoredResponses(
            new InMemoryLedgers(Clock.systemUTC(), 1).responses(Duration.ofMinutes(1), 1_000_000), new byte[32], 100);

    private final GateFixture fixture = new GateFixture(Verification.BOTH, this.answers);

    @ParameterizedTest
    @EnumSource
    void storeWhenAnotherAttemptHasThePaymentThenItsResponseStays(Late late) throws Exception {
        AdmittedPayment lost = late.lose(this.fixture);
        assertThat(this.answers.find(this.fixture.admit(this.fixture.attempt()).candidate())).isEqualTo(OTHER);
        late.wakeUp(this.fixture, lost);
        assertThat(this.answers.find(lost.candidate())).isEqualTo(OTHER);
    }

    @Test
    void withholdWhenTheStoredAnswerCannotBeGivenThenTheRecordSaysThatThePaymentWasRefused() {
        AdmittedPayment own = this.fixture.admit();
        this.fixture.gate.settle(own, null, OWN);
        this.fixture.gate.deliveryEnded(own, true);
        StubExchange exchange = this.fixture.exchange("/report");
        AdmittedPayment repeated = this.fixture.admit(this.fixture.attemptOf(exchange));
        assertThat(repeated.storedResponse()).isEqualTo(OWN);
        this.fixture.gate.withhold(repeated);
        exchange.track.refused(Reason.ANSWER_UNAVAILABLE, 409);
        ExchangeEnd end = exchange.end();
        assertThat(end.decision()).isEqualTo(ExchangeDecision.REPLAYED);
        assertThat(end.transaction()).isNull();
        assertThat(end.payment()).isEqualTo(new ClaimedPayment(GateFixture.TERMS, GateFixture.PAYER, false));
    }

    @Test
    void settleWhenThePaymentIsOursThenItsResponseIsStored() {
        AdmittedPayment own = this.fixture.admit();
        assertThat(this.fixture.gate.settle(own, null, OWN)).isInstanceOf(SettlementOutcome.Settled.class);
        assertThat(this.answers.find(own.candidate())).isEqualTo(OWN);
    }

    @Test
    void settleWhenTheReplyIsLostThenTheResponseIsStored() {
        AdmittedPayment own = this.fixture.admit();
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        this.fixture.gate.settle(own, null, OWN);
        assertThat(this.answers.find(own.candidate())).isEqualTo(OWN);
    }

    @Test
    void settleWhenNothingIsSettledThenTheResponseIsForgotten() {
        AdmittedPayment own = this.fixture.admit();
        this.fixture.facilitator.onSettle(GateFixture.failed("insufficient_funds", ""));
        this.fixture.gate.settle(own, null, OWN);
        assertThat(this.answers.find(own.candidate())).isNull();
    }

    @Test
    void settleWhenALaterAttemptHasNoResponseToStoreThenTheFirstIsForgotten() throws Exception {
        this.fixture.facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        this.fixture.gate.settle(this.fixture.admit(), null, OTHER);
        AdmittedPayment own = this.fixture.admit();
        this.fixture.gate.settle(own, null, null);
        assertThat(this.answers.find(own.candidate())).isNull();
    }

    @Test
    void keepWhenTheRunIsTheLastThenItsResponseIsStored() {
        AdmittedPayment own = this.fixture.admit();
        this.fixture.gate.settle(own);
        this.fixture.gate.storeResponse(own, OWN);
        assertThat(this.answers.find(own.candidate())).isEqualTo(OWN);
    }

    @Test
    void keepWhenTheLedgerIsDownThenNothingIsStored() {
        AdmittedPayment own = this.fixture.admit();
        this.fixture.gate.settle(own);
        this.fixture.ledger.failOn(Operation.FIND, new LedgerException("down", null));
        this.fixture.gate.storeResponse(own, OWN);
        assertThat(this.answers.find(own.candidate())).isNull();
    }

    @Test
    void keepWhenNoneAreStoredThenTheLedgerIsNotAsked() {
        GateFixture storeless = new GateFixture();
        AdmittedPayment own = storeless.admit();
        storeless.gate.settle(own);
        storeless.journal.clear();
        storeless.gate.storeResponse(own, OWN);
        assertThat(storeless.journal).isEmpty();
        assertThat(storeless.gate.maxStoredResponse()).isEqualTo(-1);
        assertThat(this.fixture.gate.maxStoredResponse()).isEqualTo(100);
    }

    /**
     * How an attempt loses its payment to another one that settles and stores, and what
     * it does when it wakes up.
     */
    private enum Late {

        RESERVED {

            @Override
            AdmittedPayment lose(GateFixture fixture) {
                AdmittedPayment lost = fixture.admit();
                fixture.entries.release(lost.reservation());
                other(fixture);
                return lost;
            }

            @Override
            void wakeUp(GateFixture fixture, AdmittedPayment lost) {
                assertThat(fixture.gate.settle(lost, null, OWN)).isInstanceOf(SettlementOutcome.Unknown.class);
            }

        },

        RESERVED_WITHOUT_A_RESPONSE {

            @Override
            AdmittedPayment lose(GateFixture fixture) throws Exception {
                return RESERVED.lose(fixture);
            }

            @Override
            void wakeUp(GateFixture fixture, AdmittedPayment lost) {
                assertThat(fixture.gate.settle(lost)).isInstanceOf(SettlementOutcome.Unknown.class);
            }

        },

        RESERVED_AND_THE_LEDGER_IS_DOWN {

            @Override
            AdmittedPayment lose(GateFixture fixture) throws Exception {
                return RESERVED.lose(fixture);
            }

            @Override
            void wakeUp(GateFixture fixture, AdmittedPayment lost) {
                fixture.ledger.failOn(Operation.SETTLING, new LedgerException("down", null));
                assertThat(fixture.gate.settle(lost, null, OWN))
                    .isEqualTo(new SettlementOutcome.NotSent(Reason.TEMPORARILY_UNAVAILABLE));
            }

        },

        ENDED {

            @Override
            AdmittedPayment lose(GateFixture fixture) {
                AdmittedPayment lost = fixture.admit();
                fixture.gate.release(lost);
                other(fixture);
                return lost;
            }

            @Override
            void wakeUp(GateFixture fixture, AdmittedPayment lost) {
                assertThat(fixture.gate.settle(lost, null, OWN)).isInstanceOf(SettlementOutcome.NotSent.class);
            }

        },

        REDELIVERED {

            @Override
            AdmittedPayment lose(GateFixture fixture) throws Exception {
                AdmittedPayment lost = fixture.admit();
                fixture.gate.settle(lost);
                fixture.gate.deliveryEnded(lost, false);
                StoredPayment found = fixture.entries.find(GateFixture.KEY).orElseThrow();
                AdmittedPayment other = fixture.admit();
                assertThat(fixture.entries.find(GateFixture.KEY).orElseThrow().token()).isNotEqualTo(found.token());
                fixture.gate.storeResponse(other, OTHER);
                fixture.gate.deliveryEnded(other, true);
                return lost;
            }

            @Override
            void wakeUp(GateFixture fixture, AdmittedPayment lost) {
                fixture.gate.storeResponse(lost, OWN);
            }

        };

        abstract AdmittedPayment lose(GateFixture fixture) throws Exception;

        abstract void wakeUp(GateFixture fixture, AdmittedPayment lost) throws Exception;

        static void other(GateFixture fixture) {
            AdmittedPayment other = fixture.admit();
            assertThat(fixture.gate.settle(other, null, OTHER)).isInstanceOf(SettlementOutcome.Settled.class);
            fixture.gate.deliveryEnded(other, true);
        }

    }

}
