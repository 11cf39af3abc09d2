package io.github.x402spring.extending;

import java.util.function.Predicate;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;

class PaymentAuthorizerExample {

    @Bean
    PaymentAuthorizer paymentAuthorizer(Predicate<String> customers) {
        return new PaymentAuthorizer() {

            @Override
            public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
                return exchange.caller() == null;
            }

            @Override
            public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange,
                    VerifiedPayment payment) {
                return customers.test(exchange.caller()) ? new Permission.Granted(null)
                        : new Permission.Denied(Denial.of(Reason.FORBIDDEN));
            }

        };
    }

}
