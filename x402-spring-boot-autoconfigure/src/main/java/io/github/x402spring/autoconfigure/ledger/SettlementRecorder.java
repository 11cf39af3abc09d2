package io.github.x402spring.autoconfigure.ledger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;

import io.github.x402spring.facilitator.evm.SettlementEvent;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Recorder of what a chain did to settlements after they counted as such.
 */
final class SettlementRecorder {

    private static final Logger logger = LoggerFactory.getLogger(SettlementRecorder.class);

    private final PaymentLedger ledger;

    SettlementRecorder(PaymentLedger ledger) {
        this.ledger = ledger;
    }

    @EventListener
    void record(SettlementEvent event) {
        try {
            this.ledger.note(new PaymentKey(event.network(), event.asset(), event.payer(), event.nonce()),
                    event.kind().name(), event.transaction());
        }
        catch (LedgerException ex) {
            logger.error("{} of settlement {} on {} could not be recorded", event.kind(), event.transaction(),
                    event.network(), ex);
        }
    }

}
