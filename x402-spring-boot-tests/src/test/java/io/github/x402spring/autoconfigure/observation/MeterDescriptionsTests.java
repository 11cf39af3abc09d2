package io.github.x402spring.autoconfigure.observation;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.observation.X402Observation;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class MeterDescriptionsTests {

    private static final Tags TAGS = Tags.of("outcome", "valid");

    private final MeterDescriptions descriptions = new MeterDescriptions();

    @ParameterizedTest
    @EnumSource
    void mapWhenATimerOfAnObservationThenIsDescribedAndOtherwiseAsItWas(X402Observation observation) {
        Meter.Id described = this.descriptions.map(id(observation.getName(), null));
        assertThat(described.getDescription()).isEqualTo(observation.getDescription()).endsWith(".");
        assertThat(described.getTags()).isEqualTo(TAGS.stream().toList());
        assertThat(described.getType()).isEqualTo(Meter.Type.TIMER);
        assertThat(described.getBaseUnit()).isEqualTo("seconds");
        assertThat(this.descriptions.map(id(observation.getName() + ".active", null)).getDescription())
            .isEqualTo("In progress: " + observation.getDescription());
    }

    @Test
    void mapWhenDescribedBeforeOrNotOursThenTheSame() {
        Meter.Id own = id("x402.exchange", "Own words");
        assertThat(this.descriptions.map(own)).isSameAs(own);
        Meter.Id other = id("http.server.requests", null);
        assertThat(this.descriptions.map(other)).isSameAs(other);
    }

    @ParameterizedTest
    @EnumSource
    void descriptionWhenAMeterOfOursThenIsASentence(X402Meter meter) {
        assertThat(meter.getDescription()).matches("\\p{Upper}.+\\.");
    }

    private static Meter.Id id(String name, @Nullable String description) {
        return new Meter.Id(name, TAGS, "seconds", description, Meter.Type.TIMER);
    }

}
