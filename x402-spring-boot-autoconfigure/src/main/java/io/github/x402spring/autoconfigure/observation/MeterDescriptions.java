package io.github.x402spring.autoconfigure.observation;

import java.util.HashMap;
import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

import io.github.x402spring.observation.X402Observation;

/**
 * Describes the timers of observations, which Micrometer creates without a description.
 */
final class MeterDescriptions implements MeterFilter {

    private final Map<String, String> descriptions = new HashMap<>();

    MeterDescriptions() {
        for (X402Observation observation : X402Observation.values()) {
            this.descriptions.put(observation.getName(), observation.getDescription());
            this.descriptions.put(observation.getName() + ".active", "In progress: " + observation.getDescription());
        }
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        String description = (id.getDescription() == null) ? this.descriptions.get(id.getName()) : null;
        return (description != null) ? new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(),
                description, id.getType()) : id;
    }

}
