package io.github.x402spring;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Patience of tests with what other threads and processes do. Its length says nothing
 * about how fast they should be: it is for what never comes. Leaves the processor to them
 * between two looks.
 */
public final class Eventually {

    /** Longer than a slow machine stands still. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private Eventually() {
    }

    public static void await(String what, Condition condition) {
        long start = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("Did not happen within " + PATIENCE.toSeconds() + " s: " + what);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted while waiting: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        }
        catch (RuntimeException ex) {
            throw ex;
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    @FunctionalInterface
    public interface Condition {

        boolean holds() throws Exception;

    }

}
