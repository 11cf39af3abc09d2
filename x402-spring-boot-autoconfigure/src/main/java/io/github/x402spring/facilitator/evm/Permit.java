package io.github.x402spring.facilitator.evm;

import java.util.concurrent.Semaphore;

import io.github.x402spring.facilitator.FacilitatorNotReachedException;

/**
 * Is a place among the calls that may be under way. Nobody waits for one.
 */
record Permit(Semaphore semaphore) implements AutoCloseable {

    static Permit of(Semaphore semaphore) throws FacilitatorNotReachedException {
        if (!semaphore.tryAcquire()) {
            throw new FacilitatorNotReachedException("As many calls as may be are under way", null);
        }
        return new Permit(semaphore);
    }

    @Override
    public void close() {
        this.semaphore.release();
    }

}
