package io.github.x402spring.autoconfigure.observation;

import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.ReflectionUtils;

import io.github.x402spring.MutableClock;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.UnknownSettlements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

@Tag("locale")
class UnknownSettlementMetersTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final PaymentHistory history = mock(PaymentHistory.class);

    private final MutableClock clock = new MutableClock(NOW);

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void gaugeWhenReadThenWaitsForNothing() {
        bind();
        assertThat(count()).isNaN();
        assertThat(age()).isNaN();
        then(this.history).shouldHaveNoInteractions();
        assertThat(this.tasks).hasSize(1);
    }

    @Test
    void gaugeWhenTheLedgerKnowsTheOldestThenShowsItsAge() {
        hold(3, NOW.minusSeconds(90));
        bind();
        refresh();
        assertThat(count()).isEqualTo(3);
        assertThat(age()).isEqualTo(90);
    }

    @Test
    void bindWhenNothingElseHoldsTheBinderThenItsGaugesDo() {
        HoldingRegistry holding = new HoldingRegistry();
        UnknownSettlementMeters meters = new UnknownSettlementMeters(this.history, this.clock, this.tasks::add);
        meters.bindTo(holding);
        assertThat(holding.held).hasSize(2).allSatisfy((held) -> assertThat(held).contains(meters));
    }

    @Test
    void gaugeWhenThereAreNoneAnyMoreThenTheAgeIsZero() {
        hold(1, NOW);
        bind();
        refresh();
        this.clock.advance(Duration.ofMinutes(5));
        assertThat(age()).isEqualTo(300);
        hold(0, null);
        refresh();
        assertThat(count()).isZero();
        assertThat(age()).isZero();
    }

    @Test
    void gaugeWhenReadOftenThenTheLedgerIsAskedEveryHalfMinute() {
        hold(0, null);
        bind();
        refresh();
        this.clock.advance(Duration.ofSeconds(29));
        refresh();
        then(this.history).should(times(1)).unknown();
        this.clock.advance(Duration.ofSeconds(1));
        refresh();
        then(this.history).should(times(2)).unknown();
    }

    @Test
    void gaugeWhenTheLedgerGivesNoAnswerThenSaysNothing() {
        given(this.history.unknown()).willThrow(new LedgerException("down", null));
        bind();
        refresh();
        assertThat(count()).isNaN();
        assertThat(age()).isNaN();
    }

    private void hold(long count, Instant oldest) {
        given(this.history.unknown()).willReturn(new UnknownSettlements(count, oldest));
    }

    private void bind() {
        new UnknownSettlementMeters(this.history, this.clock, this.tasks::add).bindTo(this.registry);
    }

    private void refresh() {
        count();
        while (!this.tasks.isEmpty()) {
            this.tasks.remove().run();
        }
    }

    private double count() {
        return this.registry.get("x402.settlements.unknown").gauge().value();
    }

    private double age() {
        return this.registry.get("x402.settlements.unknown.age").gauge().value();
    }

    /**
     * A registry holds what a gauge shows by a weak reference, and the function that
     * reads it by a strong one. Notes what those functions hold.
     */
    private static final class HoldingRegistry extends SimpleMeterRegistry {

        private final List<List<Object>> held = new ArrayList<>();

        @Override
        protected <T> Gauge newGauge(Meter.Id id, T subject, ToDoubleFunction<T> value) {
            this.held.add(fields(value));
            return super.newGauge(id, subject, value);
        }

        private static List<Object> fields(Object object) {
            List<Object> values = new ArrayList<>();
            for (Field field : object.getClass().getDeclaredFields()) {
                ReflectionUtils.makeAccessible(field);
                values.add(ReflectionUtils.getField(field, object));
            }
            return values;
        }

    }

}
