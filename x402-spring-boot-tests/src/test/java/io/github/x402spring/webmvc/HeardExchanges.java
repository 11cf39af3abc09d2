package io.github.x402spring.webmvc;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.x402spring.Eventually;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hears how exchanges end, and how often.
 */
public final class HeardExchanges implements ExchangeListener {

    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = this.lock.newCondition();

    private final Deque<ExchangeEnd> ends = new ArrayDeque<>();

    private final List<String> open = new ArrayList<>();

    private boolean twice;

    private volatile Runnable beforeEnd = () -> {
    };

    /** Lets something happen before the next exchanges are known to have ended. */
    void beforeEnd(Runnable action) {
        this.beforeEnd = action;
    }

    @Override
    public Exchange started(ExchangeStart start) {
        change(() -> this.open.add(start.endpoint().name()));
        AtomicBoolean ended = new AtomicBoolean();
        return (end) -> {
            this.beforeEnd.run();
            change(() -> {
                if (ended.compareAndSet(false, true)) {
                    this.open.remove(start.endpoint().name());
                }
                else {
                    this.twice = true;
                }
                this.ends.add(end);
            });
        };
    }

    @Override
    public boolean digests() {
        return true;
    }

    /** Waits for what is under way, and forgets it. */
    void begin() {
        await(() -> this.open.isEmpty(), () -> {
            this.ends.clear();
            this.twice = false;
            this.beforeEnd = () -> {
            };
            return true;
        });
    }

    ExchangeEnd awaitEnd() {
        return await(() -> !this.ends.isEmpty(), this.ends::remove);
    }

    void assertEachEndedOnce() {
        List<ExchangeEnd> more = await(() -> this.open.isEmpty(), () -> List.copyOf(this.ends));
        assertThat(more).isEmpty();
        assertAllEnded();
    }

    void assertAllEnded() {
        boolean twice = await(() -> this.open.isEmpty(), () -> this.twice);
        assertThat(twice).isFalse();
    }

    private void change(Runnable change) {
        this.lock.lock();
        try {
            change.run();
            this.changed.signalAll();
        }
        finally {
            this.lock.unlock();
        }
    }

    /** Looks and takes at once: the exchanges go on meanwhile. */
    private <T> T await(BooleanSupplier state, Supplier<T> result) {
        this.lock.lock();
        try {
            long nanos = Eventually.PATIENCE.toNanos();
            while (!state.getAsBoolean()) {
                assertThat(nanos).as("all exchanges end, open: %s", this.open).isPositive();
                nanos = this.changed.awaitNanos(nanos);
            }
            return result.get();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
        finally {
            this.lock.unlock();
        }
    }

    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException(ex);
        }
    }

}
