package io.github.x402spring.extending;

import java.util.function.Consumer;

import org.springframework.context.annotation.Bean;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.security.ObligationHandler;
import io.github.x402spring.security.PaidRequest;

class ObligationHandlerExample {

    @Bean
    ObligationHandler notifyObligation(Consumer<String> mailbox) {
        return new ObligationHandler() {

            @Override
            public String type() {
                return "notify";
            }

            @Override
            public AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
                mailbox.accept("Bought: " + request.endpoint().name());
                return new AuthorizationDecision(true);
            }

        };
    }

}
