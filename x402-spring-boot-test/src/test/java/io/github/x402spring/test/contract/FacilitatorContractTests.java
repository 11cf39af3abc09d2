package io.github.x402spring.test.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.test.contract.SmallFacilitator.Fault;

import static org.assertj.core.api.Assertions.assertThat;

class FacilitatorContractTests {

    @Test
    void contractWhenTheFacilitatorKeepsItThenEveryTestPasses() {
        ContractRun run = ContractRun.of(SmallFacilitatorCase.class, "");
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isGreaterThan(45);
    }

    @ParameterizedTest
    @EnumSource
    void contractWhenTheFacilitatorHasAFaultThenATestFails(Fault fault) {
        assertThat(ContractRun.of(SmallFacilitatorCase.class, fault.name()).failures()).isNotEmpty();
    }

}
