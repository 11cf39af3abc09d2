package io.github.x402spring.security;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Makes requests whose payment was verified, and callers.
 */
public final class PaidRequests {

    public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    public static final String PAYER = "0x" + "ab".repeat(20);

    public static final long AMOUNT = 10_000;

    private PaidRequests() {
    }

    public static PaidRequest request() {
        return authorizedBy(null);
    }

    public static PaidRequest authorizedBy(@Nullable String expression) {
        return authorizedBy(expression, RequestData.plain());
    }

    public static PaidRequest authorizedBy(@Nullable String expression, PaidExchange request) {
        return new PaidRequest(request, endpoint(expression), payment(PAYER));
    }

    public static PaidRequest paidBy(String payer) {
        return new PaidRequest(RequestData.plain(), endpoint(null), payment(payer));
    }

    public static PaidEndpointDefinition endpoint(@Nullable String expression) {
        return new PaidEndpointDefinition("weather", "", "", expression, PaymentFlow.AUTHORIZATION, false);
    }

    public static VerifiedPayment payment(String payer) {
        return new VerifiedPayment("weather", "https://api.example.test/weather", "exact",
                Network.parse("eip155:84532"), "0x" + "01".repeat(20), TokenAmount.of(AMOUNT), "0x" + "02".repeat(20),
                payer, NOW.plusSeconds(300));
    }

    public static Authentication caller(String name, String... authorities) {
        return new TestingAuthenticationToken(name, "secret", authorities);
    }

    public static Authentication anonymous() {
        return new AnonymousAuthenticationToken("key", "anonymousUser",
                AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
    }

}
