package io.github.x402spring.fuzz;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.e2e.PaymentFuzzer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the inputs from which fuzzing starts.
 */
class FuzzTargetTests {

    @AfterAll
    static void stop() {
        PaymentFuzzer.stop();
    }

    @ParameterizedTest
    @EnumSource
    void testWhenInputIsRecordedOrWasFoundThenNothingIsThrown(FuzzTarget target) {
        assertThat(target.corpus()).hasSizeGreaterThan(40).allSatisfy(target::test);
    }

}
