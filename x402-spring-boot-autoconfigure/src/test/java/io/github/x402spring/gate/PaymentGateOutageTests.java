package io.github.x402spring.gate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateOutageTests {

    private static final int REQUESTS = 500;

    private final GateFixture fixture = new GateFixture();

    private final Logger logger = (Logger) LoggerFactory.getLogger(PaymentGate.class.getPackageName());

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        this.log.start();
        this.logger.addAppender(this.log);
    }

    @AfterEach
    void stop() {
        this.logger.detachAppender(this.log);
    }

    @ParameterizedTest
    @EnumSource(names = { "RESERVE", "SETTLING", "SETTLED", "UNKNOWN", "RELEASE" })
    void settleWhenTheLedgerIsDownForLongThenTheLogHasOneTraceForEachThingThatFails(Operation operation) {
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
        assertThat(traces()).isBetween(1L, 2L);
    }

    @Test
    void admitWhenThePaymentDoesNotFitAndTheLedgerIsDownThenTheLogHasOneTrace() {
        this.fixture.ledger.failOn(Operation.FIND, new LedgerException("The ledger is down", null));
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE);
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
        assertThat(this.log.list).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .singleElement()
            .satisfies((event) -> assertThat(event.getFormattedMessage()).contains("gave no usable answer"));
    }

    private long traces() {
        return this.log.list.stream()
            .filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN) && event.getThrowableProxy() != null)
            .count();
    }

}
