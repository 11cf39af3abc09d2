package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.autoconfigure.X402Properties.Limit;
import io.github.x402spring.autoconfigure.X402Properties.Tasks;
import io.github.x402spring.limit.ExposureRule.Per;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402LimitsPropertiesTests {

    @Test
    void bindWhenNothingIsSetThenNoLimits() {
        X402Properties properties = bind(Map.of());
        assertThat(properties.limits()).isEmpty();
        assertThat(properties.tasks()).isEqualTo(new Tasks(Duration.ofDays(90)));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        String prefix = "x402.limits[0].";
        X402Properties properties = bind(
                Map.of(prefix + "name", "daily", prefix + "per", "identity", prefix + "endpoints", "a, b",
                        prefix + "tags", "data", prefix + "max-amount", "$10", prefix + "max-count", "100",
                        prefix + "window", "1d", "x402.limits[1].per", "task", "x402.tasks.retention", "30d"));
        assertThat(properties.limits()).containsExactly(
                new Limit("daily", Per.IDENTITY, List.of("a", "b"), List.of("data"), "$10", 100L, Duration.ofDays(1)),
                new Limit(null, Per.TASK, List.of(), List.of(), null, null, null));
        assertThat(properties.tasks()).isEqualTo(new Tasks(Duration.ofDays(30)));
    }

    private static X402Properties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402", X402Properties.class);
    }

}
