package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.SenderContext;

/**
 * Stands for tracing: records what ends, and tells servers of the trace.
 */
final class RecordedSpans implements ObservationHandler<Observation.Context> {

    static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public void onStart(Observation.Context context) {
        if (context instanceof SenderContext<?> sender) {
            inject(sender);
        }
    }

    private static <C> void inject(SenderContext<C> sender) {
        sender.getSetter().set(sender.getCarrier(), "traceparent", TRACEPARENT);
    }

    @Override
    public void onStop(Observation.Context context) {
        Map<String, String> keys = map(context.getLowCardinalityKeyValues());
        Throwable error = context.getError();
        keys.put("error", (error != null) ? error.getClass().getSimpleName() : "none");
        ObservationView parent = context.getParentObservation();
        this.spans.add(new Span(context.getName(), keys, map(context.getHighCardinalityKeyValues()),
                (parent != null) ? parent.getContextView().getName() : ""));
    }

    private static Map<String, String> map(KeyValues values) {
        Map<String, String> map = new TreeMap<>();
        for (KeyValue value : values) {
            map.put(value.getKey(), value.getValue());
        }
        return map;
    }

    void clear() {
        this.spans.clear();
    }

    List<Span> of(String prefix) {
        List<Span> found = new ArrayList<>(this.spans);
        found.removeIf((span) -> !span.name().startsWith(prefix));
        return found;
    }

    /**
     * Is an observation that has ended.
     *
     * @param name its name
     * @param low its keys from closed sets, with the error
     * @param high its other keys
     * @param parent the name of the observation around it
     */
    record Span(String name, Map<String, String> low, Map<String, String> high, String parent) {

        @Override
        public String toString() {
            return this.name + this.low;
        }

    }

}
