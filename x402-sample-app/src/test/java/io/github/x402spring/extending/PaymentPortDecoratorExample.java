package io.github.x402spring.extending;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.gate.PaymentPortDecorator;

class PaymentPortDecoratorExample {

    @Bean
    PaymentPortDecorator countingDenials(MeterRegistry meters) {
        return new PaymentPortDecorator() {

            @Override
            public PaymentAuthorizer decorate(PaymentAuthorizer authorizer) {
                return new PaymentAuthorizer() {

                    @Override
                    public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
                        return authorizer.lacksIdentity(endpoint, exchange);
                    }

                    @Override
                    public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange,
                            VerifiedPayment payment) {
                        Permission permission = authorizer.authorize(endpoint, exchange, payment);
                        if (permission instanceof Permission.Denied) {
                            meters.counter("shop.denials", "endpoint", endpoint.name()).increment();
                        }
                        return permission;
                    }

                };
            }

        };
    }

}
