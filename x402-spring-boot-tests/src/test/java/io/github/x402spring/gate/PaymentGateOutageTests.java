package io.github.x402spring.gate;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.LogLines;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

class PaymentGateOutageTests {

    private static final int REQUESTS = 500;

    private final GateFixture fixture = new GateFixture();

    @RegisterExtension
    private final LogLines log = LogLines.ofPackage(PaymentGate.class);

    @ParameterizedTest
    @EnumSource(names = { "RESERVE", "SETTLING", "SETTLED", "UNKNOWN", "RELEASE" })
    void settleWhenTheLedgerIsDownForLongThenTheLogHasOneTraceForEachThingThatFails(Operation operation) {
        this.fixture.ledger.failOn(operation, new LedgerException("The ledger is down", null));
        for (int i = 0; i < REQUESTS; i++) {
            this.fixture.scheme.screening = new Screening.Passed(
                    new Screening.Authorization("0x" + i, "0x" + i, GateFixture.VALID_BEFORE), true);
            this.fixture.facilitator
                .onSettle(GateFixture.failed((operation == Operation.UNKNOWN) ? "timeout" : "insufficient_funds", ""));
            if (operation == Operation.SETTLED) {
                this.fixture.facilitator.reset();
            }
            if (this.fixture.gate
                .admit(this.fixture.attempt()) instanceof PaymentDecision.Admitted(AdmittedPayment admitted)) {
                this.fixture.gate.settle(admitted);
            }
        }
        assertThat(traces()).isBetween(1L, 2L);
    }

    @Test
    void admitWhenThePaymentDoesNotFitAndTheLedgerIsDownThenTheLogHasOneTrace() {
        this.fixture.ledger.failOn(Operation.FIND, new LedgerException("The ledger is down", null));
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE,
                true);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Refused.class);
        }
        assertThat(traces()).isOne();
    }

    @Test
    void admitWhenTheFacilitatorGivesNoUsableReplyForLongThenTheLogSaysSoOnce() {
        for (int i = 0; i < REQUESTS; i++) {
            this.fixture.facilitator.onVerify(FakeFacilitator.failure(new FacilitatorException("odd", null)));
            this.fixture.gate.admit(this.fixture.attempt());
        }
        assertThat(this.log.warnings()).singleElement()
            .satisfies((event) -> assertThat(event.getFormattedMessage()).contains("gave no usable reply"));
    }

    @ParameterizedTest
    @MethodSource
    void settleWhenSomethingFailsThenTheLogSaysWhat(Consumer<GateFixture> arrange, @Nullable String event) {
        arrange.accept(this.fixture);
        if (this.fixture.gate
            .admit(this.fixture.attempt()) instanceof PaymentDecision.Admitted(AdmittedPayment admitted)) {
            this.fixture.gate.settle(admitted);
        }
        List<String> warnings = this.log.warnings()
            .stream()
            .filter((line) -> !line.getLoggerName().equals(FacilitatorRefusals.class.getName()))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
        if (event == null) {
            assertThat(warnings).isEmpty();
        }
        else {
            assertThat(warnings).singleElement(as(STRING)).startsWith(event);
        }
    }

    static Stream<Arguments> settleWhenSomethingFailsThenTheLogSaysWhat() {
        LedgerException down = new LedgerException("down", null);
        return Stream.of(fault("nothing", (fixture) -> {
        }, null),
                fault("the ledger is full", (fixture) -> fixture.ledger.answerReserve(new ReserveResult.Full()),
                        "Payments are refused: the payment ledger is full"),
                fault("the ledger is down when a payment is released", (fixture) -> {
                    fixture.ledger.failOn(Operation.RELEASE, down);
                    fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
                }, "Payment ledger unavailable; a payment stays reserved"),
                fault("the ledger is down when a payment was used elsewhere", (fixture) -> {
                    fixture.ledger.failOn(Operation.USED_ELSEWHERE, down);
                    fixture.inquiry.standing = Standing.USED;
                    fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
                }, "Payment ledger unavailable; a payment stays reserved"),
                fault("the facilitator is not reached",
                        settles(new FacilitatorNotReachedException("Connection refused", null)),
                        "The facilitator was not reached: Connection refused"),
                fault("the facilitator is not asked",
                        settles(FacilitatorNotReachedException.notAsked("The circuit is open", Duration.ZERO)), null),
                fault("the reply to settle is unusable", settles(new FacilitatorException("odd", null)),
                        "The facilitator gave no usable reply to settle: odd"),
                fault("settle fails", settles(new IllegalStateException("bug")), "The facilitator failed to settle"),
                fault("verify fails",
                        (fixture) -> fixture.facilitator
                            .onVerify(FakeFacilitator.failure(new IllegalStateException("bug"))),
                        "The facilitator failed to verify"));
    }

    private static Arguments fault(String name, Consumer<GateFixture> arrange, @Nullable String event) {
        return Arguments.of(Named.of(name, arrange), event);
    }

    private static Consumer<GateFixture> settles(Exception failure) {
        return (fixture) -> fixture.facilitator.onSettle(FakeFacilitator.failure(failure));
    }

    private long traces() {
        return this.log.warnings().stream().filter((event) -> event.getThrowableProxy() != null).count();
    }

}
