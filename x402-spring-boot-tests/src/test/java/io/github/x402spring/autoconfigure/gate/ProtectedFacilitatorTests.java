package io.github.x402spring.autoconfigure.gate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

class ProtectedFacilitatorTests {

    @Test
    void stateWhenTheFacilitatorHasNoCircuitsThenNone() {
        ProtectedFacilitator facilitator = new ProtectedFacilitator(new FakeFacilitator());
        assertThat(facilitator.verify()).isEqualTo(State.NONE);
        assertThat(facilitator.settle()).isEqualTo(State.NONE);
    }

    @ParameterizedTest
    @CsvSource({ "OPEN,CLOSED", "CLOSED,HALF_OPEN" })
    void stateWhenTheFacilitatorHasCircuitsThenIsTheirs(State verify, State settle) {
        Facilitator target = mock(Facilitator.class, withSettings().extraInterfaces(FacilitatorCircuits.class));
        given(((FacilitatorCircuits) target).verify()).willReturn(verify);
        given(((FacilitatorCircuits) target).settle()).willReturn(settle);
        ProtectedFacilitator facilitator = new ProtectedFacilitator(target);
        assertThat(facilitator.verify()).isEqualTo(verify);
        assertThat(facilitator.settle()).isEqualTo(settle);
    }

}
