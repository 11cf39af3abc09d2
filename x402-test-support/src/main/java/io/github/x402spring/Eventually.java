package io.github.x402spring;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Wait of a test for other threads and processes. Its length is no measure of how fast
 * they should be: it ends a test that would wait forever. Yields the processor between
 * two checks.
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
