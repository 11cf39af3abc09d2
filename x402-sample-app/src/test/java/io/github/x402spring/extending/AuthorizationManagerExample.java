package io.github.x402spring.extending;

import java.math.BigInteger;

import org.springframework.context.annotation.Bean;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;

import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.security.PaymentCondition;

class AuthorizationManagerExample {

    @Bean
    AuthorizationManager<PaidRequest> smallPaymentsOfKnownCallers() {
        return PaymentCondition.maxAmount(BigInteger.valueOf(50_000))
            .narrowing(AuthenticatedAuthorizationManager.authenticated());
    }

}
