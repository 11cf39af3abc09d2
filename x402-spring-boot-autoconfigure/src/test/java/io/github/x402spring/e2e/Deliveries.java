package io.github.x402spring.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Writes down which handlers ran.
 */
final class Deliveries {

    private final List<String> runs = new CopyOnWriteArrayList<>();

    String run(String handler) {
        this.runs.add(handler);
        return "delivered " + handler;
    }

    List<String> runs() {
        return List.copyOf(this.runs);
    }

    void reset() {
        this.runs.clear();
    }

}
