package io.github.x402spring.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes down which handlers ran.
 */
public final class Deliveries {

    private final List<String> runs = new CopyOnWriteArrayList<>();

    private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {
    });

    /** Lets something happen while the next handler runs. */
    public void onNext(Runnable action) {
        this.next.set(action);
    }

    public String run(String handler) {
        this.next.getAndSet(() -> {
        }).run();
        this.runs.add(handler);
        return "delivered " + handler;
    }

    public List<String> runs() {
        return List.copyOf(this.runs);
    }

    public void reset() {
        this.next.set(() -> {
        });
        this.runs.clear();
    }

}
