package io.github.x402spring.test.contract;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.contract.ContractRun.InjectedFault;
import io.github.x402spring.test.contract.SmallScheme.Fault;

/**
 * Run by {@link PaymentSchemeContractTests}, with a fault or none.
 */
@ExtendWith(InjectedFault.class)
class SmallSchemeCase extends PaymentSchemeContract {

    private final @Nullable Fault fault;

    SmallSchemeCase(String fault) {
        this.fault = fault.isEmpty() ? null : Fault.valueOf(fault);
    }

    @Override
    protected PaymentScheme createScheme() {
        return new SmallScheme(this.fault);
    }

    @Override
    protected PaymentRequirements terms() {
        return SmallFacilitatorCase.TERMS;
    }

    @Override
    protected PaymentPayload pay(PaymentRequirements terms) {
        return TestWallet.named("buyer").pay(terms, NOW).payload();
    }

}
