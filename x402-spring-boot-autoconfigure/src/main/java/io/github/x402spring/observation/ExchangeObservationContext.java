package io.github.x402spring.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeStart;

/**
 * Is what is observed of a request for a paid endpoint.
 *
 * @since 0.1.0
 */
public final class ExchangeObservationContext extends Observation.Context {

    private final ExchangeStart start;

    private volatile @Nullable ExchangeEnd end;

    ExchangeObservationContext(ExchangeStart start) {
        this.start = start;
    }

    /**
     * Returns what was known at first.
     * @return the start
     */
    public ExchangeStart getStart() {
        return this.start;
    }

    /**
     * Returns what became of the request.
     * @return the end, or {@code null} while it is under way
     */
    public @Nullable ExchangeEnd getEnd() {
        return this.end;
    }

    void setEnd(ExchangeEnd end) {
        this.end = end;
    }

}
