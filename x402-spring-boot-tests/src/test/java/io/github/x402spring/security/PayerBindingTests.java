package io.github.x402spring.security;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.security.authorization.AuthorizationManager;

import static org.assertj.core.api.Assertions.assertThat;

class PayerBindingTests {

    @Test
    void rulesWhenAnEndpointIsBoundToTheCallersWalletThenOthersAreRefused() {
        assertThat(rules(Map.of()).authorize(() -> PaidRequests.caller("alice"), PaidRequests.request()))
            .matches((result) -> result.isGranted());
        assertThat(rules(Map.of("weather", PayerBinding.SAME_WALLET)).authorize(() -> PaidRequests.caller("alice"),
                PaidRequests.request()))
            .matches((result) -> !result.isGranted());
    }

    private static AuthorizationManager<PaidRequest> rules(Map<String, PayerBinding> bindings) {
        return PayerBinding.rules(bindings, DelegatedPayerPolicy.of(List.of()), RevocationRegistry.inMemory(),
                Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC));
    }

}
