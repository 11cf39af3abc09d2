package io.github.x402spring.test.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.test.contract.SmallLedger.Fault;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerContractTests {

    @Test
    void contractWhenTheLedgerKeepsItThenEveryTestPasses() {
        ContractRun run = ContractRun.of(SmallLedgerCase.class, "");
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isGreaterThan(80);
    }

    @ParameterizedTest
    @EnumSource
    void contractWhenTheLedgerHasAFaultThenATestFails(Fault fault) {
        assertThat(ContractRun.of(SmallLedgerCase.class, fault.name()).failures()).isNotEmpty();
    }

}
