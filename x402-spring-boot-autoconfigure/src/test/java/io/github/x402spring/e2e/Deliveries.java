package io.github.x402spring.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes down which handlers ran.
 */
final class Deliveries {

    private final List<String> runs = new CopyOnWriteArrayList<>();

    private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {
    });

    /** Lets something happen while the next handler runs. */
    void onNext(Runnable action) {
        this.next.set(action);
    }

    String run(String handler) {
        this.next.getAndSet(() -> {
        }).run();
        this.runs.add(handler);
        return "delivered " + handler;
    }

    List<String> runs() {
        return List.copyOf(this.runs);
    }

    void reset() {
        this.next.set(() -> {
        });
        this.runs.clear();
    }

}
