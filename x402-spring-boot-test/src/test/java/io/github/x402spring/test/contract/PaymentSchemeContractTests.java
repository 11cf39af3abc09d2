package io.github.x402spring.test.contract;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.test.contract.SmallScheme.Fault;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentSchemeContractTests {

    @Test
    void contractWhenTheSchemeKeepsItThenEveryTestPasses() {
        ContractRun run = ContractRun.of(SmallSchemeCase.class, "");
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isGreaterThan(30);
    }

    @ParameterizedTest
    @EnumSource
    void contractWhenTheSchemeHasAFaultThenATestFails(Fault fault) {
        assertThat(ContractRun.of(SmallSchemeCase.class, fault.name()).failures()).isNotEmpty();
    }

}
