package io.github.x402spring.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.test.FacilitatorScript.Instruction;
import io.github.x402spring.test.MockFacilitator.Operation;

/**
 * Instructions of a test that are not used up, the last one first. Not thread-safe.
 */
final class FacilitatorSteps {

    private final List<Step> steps = new ArrayList<>();

    void add(@Nullable String payer, int times, Instruction instruction) {
        this.steps.add(0, new Step(payer, times, instruction));
    }

    /** Uses all delays that are meant for a call, and adds them up. */
    Duration delay(Operation operation, String payer) {
        Duration delay = Duration.ZERO;
        for (Step step : List.copyOf(this.steps)) {
            if (step.instruction() instanceof Instruction.Delay(Duration duration) && step.means(operation, payer)) {
                delay = delay.plus(duration);
                use(step);
            }
        }
        return delay;
    }

    /** Uses the instruction that counts for a call; {@code null} if there is none. */
    @Nullable Instruction next(Operation operation, String payer) {
        for (Step step : this.steps) {
            if (!(step.instruction() instanceof Instruction.Delay) && step.means(operation, payer)) {
                use(step);
                return step.instruction();
            }
        }
        return null;
    }

    boolean isDownForAll() {
        return this.steps.stream()
            .anyMatch((step) -> step.payer() == null && step.instruction() instanceof Instruction.Down);
    }

    void clear() {
        this.steps.clear();
    }

    private void use(Step step) {
        if (step.times() == Integer.MAX_VALUE) {
            return;
        }
        int index = this.steps.indexOf(step);
        if (step.times() > 1) {
            this.steps.set(index, new Step(step.payer(), step.times() - 1, step.instruction()));
        }
        else {
            this.steps.remove(index);
        }
    }

    private record Step(@Nullable String payer, int times, Instruction instruction) {

        boolean means(Operation operation, String payer) {
            return (operation == Operation.SETTLE || this.instruction.verifies())
                    && (this.payer == null || this.payer.equals(payer));
        }

    }

}
