package io.github.x402spring.observation.meter;

import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AuditMetersTests {

    private final AtomicLong lost = new AtomicLong();

    private final AuditMeters meters = new AuditMeters(this.lost::get);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void counterWhenRecordsAreLostThenFollows() {
        this.meters.bindTo(this.registry);
        assertThat(failures()).isZero();
        this.lost.set(3);
        assertThat(failures()).isEqualTo(3);
    }

    private double failures() {
        return this.registry.get("x402.audit.failures").functionCounter().count();
    }

}
