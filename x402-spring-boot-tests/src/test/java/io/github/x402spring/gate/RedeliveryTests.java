package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.LogLines;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static org.assertj.core.api.Assertions.assertThat;

class RedeliveryTests {

    @RegisterExtension
    private final LogLines log = LogLines.of(Redelivery.class);

    @Test
    void admitWhenTheLedgerFailsToGiveTheResponseThenTheLogSaysSo() {
        GateFixture fixture = new GateFixture();
        fixture.ledger.answerReserve(new ReserveResult.Settled(GateFixture.settled(Delivery.LOST, 1)));
        fixture.ledger.failOn(Operation.REDELIVER, new LedgerException("down", null));
        assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertLogged("Payment ledger unavailable; payment refused");
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void answeredWhenTheLedgerFailsThenTheLogSaysSoAndTheResponseLeaves(boolean delivered) {
        GateFixture fixture = new GateFixture();
        AdmittedPayment admitted = fixture.admit();
        fixture.gate.settle(admitted);
        fixture.ledger.failDeliveries(new IllegalStateException("down"));
        fixture.gate.deliveryEnded(admitted, delivered);
        assertLogged("The end of a delivery could not be recorded");
    }

    @Test
    void keepWhenTheLedgerFailsThenTheLogSaysSoAndNothingIsStored() {
        GateFixture fixture = new GateFixture(Verification.BOTH,
                new StoredResponses(
                        new InMemoryLedgers(Clock.systemUTC(), 1).responses(Duration.ofMinutes(1), 1_000_000),
                        new byte[32], 100));
        AdmittedPayment admitted = fixture.admit();
        fixture.gate.settle(admitted);
        fixture.ledger.failOn(Operation.FIND, new LedgerException("down", null));
        fixture.gate.storeResponse(admitted, new byte[] { 1 });
        assertLogged("Payment ledger unavailable; a response is not stored");
    }

    private void assertLogged(String event) {
        assertThat(this.log.messages()).containsExactly(event);
    }

}
