package io.github.x402spring.autoconfigure.observation;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class StateMetersTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final SellerFixture seller = new SellerFixture();

    private final PaymentLedger ledger = new InMemoryLedgers(CLOCK, 10).payments();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void acceptingWhenSwitchedThenFollows() {
        bind(this.ledger);
        assertThat(value("x402.payments.accepting")).isOne();
        this.seller.intake.accept(false);
        assertThat(value("x402.payments.accepting")).isZero();
    }

    @ParameterizedTest
    @CsvSource({ "CLOSED,HALF_OPEN,0,0.5", "HALF_OPEN,OPEN,0.5,1", "OPEN,CLOSED,1,0" })
    void circuitWhenItChangesThenEachOperationHasItsOwn(State verify, State settle, double verified, double settled) {
        bind(this.ledger);
        this.seller.circuits.verify = verify;
        this.seller.circuits.settle = settle;
        assertThat(circuit("verify")).isEqualTo(verified);
        assertThat(circuit("settle")).isEqualTo(settled);
    }

    @Test
    void circuitWhenThereIsNoneThenThereIsNoMeter() {
        this.seller.circuits.verify = State.NONE;
        this.seller.circuits.settle = State.NONE;
        bind(this.ledger);
        assertThat(this.registry.find("x402.facilitator.circuit").gauges()).isEmpty();
    }

    @Test
    void ledgerWhenInMemoryThenShowsHowFullItIs() {
        bind(this.ledger);
        assertThat(value("x402.ledger.entries")).isZero();
        this.ledger.reserve(TestClaims.claim(SellerFixture.key(1),
                RequestFingerprint.of("report", "GET", "https://api.example.com/report", "", new byte[0]),
                CLOCK.instant().plusSeconds(60), "report", "https://api.example.com/report", BigInteger.TEN, "0xd",
                null));
        assertThat(value("x402.ledger.entries")).isOne();
        assertThat(value("x402.ledger.capacity")).isEqualTo(10);
    }

    @Test
    void ledgerWhenElsewhereThenThereIsNoMeter() {
        bind(new FakeLedger(this.ledger));
        assertThat(this.registry.find("x402.ledger.entries").gauge()).isNull();
        assertThat(this.registry.find("x402.ledger.capacity").gauge()).isNull();
    }

    private void bind(PaymentLedger ledger) {
        new StateMeters(this.seller.intake, this.seller.circuits, ledger).bindTo(this.registry);
    }

    private double value(String name) {
        return this.registry.get(name).gauge().value();
    }

    private double circuit(String operation) {
        return this.registry.get("x402.facilitator.circuit").tag("operation", operation).gauge().value();
    }

}
