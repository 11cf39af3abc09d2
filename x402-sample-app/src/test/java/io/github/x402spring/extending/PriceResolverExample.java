package io.github.x402spring.extending;

import java.math.BigDecimal;
import java.util.Map;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.PriceResolver;

class PriceResolverExample {

    @Bean
    PriceResolver priceResolver(Map<String, BigDecimal> pricesByRegion) {
        return (request) -> {
            BigDecimal price = pricesByRegion.get(request.pathVariables().getOrDefault("region", ""));
            return (price != null) ? new Price(price, "USDC") : null;
        };
    }

}
