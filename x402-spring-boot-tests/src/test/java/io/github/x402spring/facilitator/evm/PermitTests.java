package io.github.x402spring.facilitator.evm;

import java.util.concurrent.Semaphore;

import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator.Permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PermitTests {

    private final Semaphore semaphore = new Semaphore(1);

    @Test
    void ofWhenThereIsRoomThenTakesAPlaceUntilClosed() throws Exception {
        try (Permit permit = Permit.of(this.semaphore)) {
            assertThat(permit.semaphore().availablePermits()).isZero();
        }
        assertThat(this.semaphore.availablePermits()).isEqualTo(1);
    }

    @Test
    void ofWhenThereIsNoRoomThenFailsAtOnceAndTakesNothing() throws Exception {
        try (Permit permit = Permit.of(this.semaphore)) {
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> Permit.of(permit.semaphore()));
        }
        assertThat(this.semaphore.availablePermits()).isEqualTo(1);
    }

}
