package io.github.x402spring.test.contract;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.x402spring.test.contract.ContractRun.InjectedFault;
import io.github.x402spring.test.contract.SmallLedger.Fault;
import io.github.x402spring.test.contract.SmallLedger.Store;

/**
 * Run by {@link LedgerContractTests}, with a fault or none.
 */
@ExtendWith(InjectedFault.class)
class SmallLedgerCase extends RecoverableLedgerContract {

    private final @Nullable Fault fault;

    private Store store = new Store();

    SmallLedgerCase(String fault) {
        this.fault = fault.isEmpty() ? null : Fault.valueOf(fault);
    }

    @Override
    protected SmallLedger createLedger() {
        this.store = new Store();
        return openAgain();
    }

    @Override
    protected SmallLedger openAgain() {
        return new SmallLedger(this.store, this.clock, this.fault);
    }

    @Override
    protected void age(Duration time) {
        this.clock.advance(time);
    }

}
