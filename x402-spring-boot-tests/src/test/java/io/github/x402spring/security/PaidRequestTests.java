package io.github.x402spring.security;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class PaidRequestTests {

    @ParameterizedTest
    @ValueSource(strings = { "request", "endpoint", "payment" })
    void constructWhenAPartIsMissingThenFails(String missing) {
        @Nullable PaidExchange request = missing.equals("request") ? null : RequestData.plain();
        @Nullable PaidEndpointDefinition endpoint = missing.equals("endpoint") ? null : PaidRequests.endpoint(null);
        @Nullable VerifiedPayment payment = missing.equals("payment") ? null : PaidRequests.payment("0x01");
        assertThatNullPointerException().isThrownBy(() -> new PaidRequest(request, endpoint, payment))
            .withMessageContaining("'" + missing + "'");
    }

}
