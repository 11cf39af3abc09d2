package io.github.x402spring.autoconfigure.ledger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.evm.SettlementEvent;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

class SettlementRecorderTests {

    private final PaymentLedger ledger = mock(PaymentLedger.class);

    private final SettlementRecorder recorder = new SettlementRecorder(this.ledger);

    @ParameterizedTest
    @EnumSource
    void recordWhenTheChainChangedASettlementThenIsNotedOfThatPayment(Kind kind) {
        this.recorder.record(event(kind));
        then(this.ledger).should().note(new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc"), kind.name(), "0xt");
    }

    @Test
    void recordWhenTheLedgerIsDownThenIsInTheLogAndTheWatchGoesOn() {
        willThrow(new LedgerException("down", null)).given(this.ledger).note(any(), any(), any());
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(SettlementRecorder.class);
        logger.addAppender(log);
        try {
            this.recorder.record(event(Kind.LOST));
        }
        finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies((line) -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getFormattedMessage())
                .isEqualTo("LOST of settlement 0xt on eip155:8453 could not be recorded");
        });
    }

    private static SettlementEvent event(Kind kind) {
        return new SettlementEvent(kind, Network.parse("base"), "0xA", "0xB", "0xC", "0xt");
    }

}
