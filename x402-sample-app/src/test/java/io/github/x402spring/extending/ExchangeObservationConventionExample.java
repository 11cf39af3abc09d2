package io.github.x402spring.extending;

import io.micrometer.common.KeyValues;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.observation.ExchangeObservationContext;
import io.github.x402spring.observation.ExchangeObservationConvention;

class ExchangeObservationConventionExample {

    @Bean
    ExchangeObservationConvention exchangeObservationConvention() {
        return new ExchangeObservationConvention() {

            @Override
            public String getName() {
                return "shop.purchase";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(ExchangeObservationContext context) {
                ExchangeEnd end = context.getEnd();
                return KeyValues.of("endpoint", context.getStart().endpoint().name(), "decision",
                        (end != null) ? end.decision().value() : "none");
            }

        };
    }

}
