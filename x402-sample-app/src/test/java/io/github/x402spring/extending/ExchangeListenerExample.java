package io.github.x402spring.extending;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.exchange.ExchangeListener;

class ExchangeListenerExample {

    @Bean
    ExchangeListener slowPurchases(Clock clock, Consumer<String> log) {
        return (start) -> {
            Instant begun = clock.instant();
            return (end) -> {
                if (Duration.between(begun, clock.instant()).toSeconds() > 10) {
                    log.accept(start.endpoint().name() + " was slow: " + end.decision());
                }
            };
        };
    }

}
