package io.github.x402spring.gate;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.ledger.StoredPayment.Delivery;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeTrackTests {

    private final StubExchange exchange = new GateFixture().exchange("/report");

    private final ExchangeTrack track = this.exchange.track;

    @Test
    void settlingWhenNoPaymentWasClaimedThenRefused() {
        assertThat(this.track.settling()).isFalse();
        claim(this.track);
        assertThat(this.track.settling()).isTrue();
    }

    @Test
    void settlingWhenListenerObjectsThenRefused() {
        claim(this.track);
        this.exchange.settling = false;
        assertThat(this.track.settling()).isFalse();
    }

    @Test
    void settlingWhenThereIsNoListenerThenGranted() {
        ExchangeTrack unheard = ExchangeTrack.begin((start) -> null, this.exchange.end().start());
        for (ExchangeTrack track : List.of(ExchangeTrack.UNOBSERVED, unheard)) {
            assertThat(track.observed()).isFalse();
            assertThat(track.settling()).isTrue();
        }
    }

    @Test
    void endWhenCalledAgainThenToldOnce() {
        this.track.responded(200);
        ExchangeEnd first = this.exchange.end();
        this.track.refused(Reason.FORBIDDEN, 403);
        assertThat(this.exchange.end()).isSameAs(first);
        assertThat(first.status()).isEqualTo(200);
    }

    @Test
    void endWhenCalledAgainThenTheResponseIsAskedForOnce() {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            this.track.end(() -> {
                asked.add("asked");
                return DeliveredResponse.NONE;
            });
        }
        ExchangeTrack.UNOBSERVED.end(() -> {
            throw new IllegalStateException("There is no listener");
        });
        assertThat(asked).hasSize(1);
    }

    @Test
    void endWhenAnEarlierSettlementIsServedThenRedeliveredOrRepeated() {
        PaymentAttempt attempt = new GateFixture().attemptOf(this.exchange);
        Candidate candidate = AdmittedPayments.candidate(attempt, true, AdmittedPayments.FRESH);
        this.track
            .admitted(AdmittedPayment.settledBefore(candidate, null, GateFixture.settled(Delivery.LOST, 1), null));
        assertThat(this.exchange.end().decision()).isEqualTo(ExchangeDecision.REDELIVERED);
        StubExchange other = new GateFixture().exchange("/report");
        other.track.admitted(
                AdmittedPayment.settledBefore(candidate, null, GateFixture.settled(Delivery.LOST, 1), new byte[1]));
        assertThat(other.end().decision()).isEqualTo(ExchangeDecision.REPEATED);
        assertThat(other.end().transaction()).isEqualTo(GateFixture.TRANSACTION);
    }

    private static void claim(ExchangeTrack track) {
        track.claimed(GateFixture.TERMS, GateFixture.PAYER, true);
    }

}
