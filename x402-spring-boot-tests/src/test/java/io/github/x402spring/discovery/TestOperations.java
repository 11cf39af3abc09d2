package io.github.x402spring.discovery;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;
import io.github.x402spring.discovery.PaidOperation.WayToPay;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

final class TestOperations {

    static final DiscoveryCatalog.Service SERVICE = new DiscoveryCatalog.Service("Shop", "1", "Sells data",
            "https://api.example.com", "Pay first.", Map.of("email", "a@example.com"), List.of("data"),
            Map.of("llms", "https://api.example.com/llms.txt"), Map.of("basic", Map.of("type", "http")));

    private TestOperations() {
    }

    static PaymentRequirements terms(long amount) {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(amount),
                "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300,
                Map.of());
    }

    static WayToPay fixed(long amount) {
        BigDecimal price = BigDecimal.valueOf(amount, 6).stripTrailingZeros();
        return new WayToPay(terms(amount), true, price, price, true, 6);
    }

    static WayToPay computed(@Nullable String minimum, @Nullable String maximum) {
        return new WayToPay(terms(1), false, (minimum != null) ? new BigDecimal(minimum) : null,
                (maximum != null) ? new BigDecimal(maximum) : null, true, 6);
    }

    static PaidOperation operation(String method, String path, WayToPay... ways) {
        return operation(method, path, List.of(), null, new Content("application/json", Map.of("type", "object"), null),
                ways);
    }

    static PaidOperation operation(String method, String path, List<Parameter> parameters, @Nullable Content body,
            Content response, WayToPay... ways) {
        return new PaidOperation(
                new PaidEndpointDefinition("report", "A report", "", null, PaymentFlow.AUTHORIZATION, false), method,
                path, parameters, body, response, List.of(ways), false, List.of());
    }

}
