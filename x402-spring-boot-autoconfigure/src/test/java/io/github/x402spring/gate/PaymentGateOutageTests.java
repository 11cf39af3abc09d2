package io.github.x402spring.gate;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class PaymentGateOutageTests {

    private static final int REQUESTS = 500;

    private final GateFixture fixture = new GateFixture();

    @ParameterizedTest
    @EnumSource(names = { "RESERVE", "SETTLING", "SETTLED", "UNKNOWN", "RELEASE" })
    void settleWhenTheLedgerIsDownForLongThenTheLogHasOneTraceForEachThingThatFails(Operation operation,
            CapturedOutput output) {
        this.fixture.ledger.failOn(operation, new LedgerException("The ledger is down", null));
        for (int i = 0; i < REQUESTS; i++) {
            this.fixture.scheme.screening = new Screening.Passed(
                    new Screening.Authorization("0x" + i, "0x" + i, GateFixture.VALID_BEFORE));
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
        assertThat(traces(output)).isBetween(1L, 2L);
    }

    @Test
    void admitWhenThePaymentDoesNotFitAndTheLedgerIsDownThenTheLogHasOneTrace(CapturedOutput output) {
        this.fixture.ledger.failOn(Operation.FIND, new LedgerException("The ledger is down", null));
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Refused.class);
        }
        assertThat(traces(output)).isOne();
    }

    @Test
    void admitWhenTheFacilitatorGivesNoUsableReplyForLongThenTheLogSaysSoOnce(CapturedOutput output) {
        for (int i = 0; i < REQUESTS; i++) {
            this.fixture.facilitator.onVerify(FakeFacilitator.failure(new FacilitatorException("odd", null)));
            this.fixture.gate.admit(this.fixture.attempt());
        }
        assertThat(output).containsOnlyOnce("gave no usable answer");
    }

    private static long traces(CapturedOutput output) {
        return Stream.of(output.toString().split("\n"))
            .filter((line) -> line.startsWith(LedgerException.class.getName()))
            .count();
    }

}
