package io.github.x402spring.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Lays out terms as servers send them.
 */
final class Terms {

    static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/report", "One report",
            "application/json");

    private Terms() {
    }

    static PaymentRequired of(PaymentRequirements... accepts) {
        return new PaymentRequired("Payment required", RESOURCE, List.of(accepts), Map.of());
    }

    static PaymentRequired resource(String url, PaymentRequirements... accepts) {
        return new PaymentRequired("Payment required", new ResourceInfo(url, "", ""), List.of(accepts), Map.of());
    }

    static PaymentRequirements usdc(long amount) {
        return requirements("exact", "eip155:84532", USDC, amount, PAY_TO);
    }

    static PaymentRequirements requirements(String scheme, String network, String asset, long amount, String payTo) {
        return new PaymentRequirements(scheme, Network.parse(network), TokenAmount.of(amount), asset, payTo, 300,
                Map.of("name", "USDC", "version", "2"));
    }

    static PaymentRequirements usdcWithExtra(String name, @Nullable Object value) {
        PaymentRequirements usdc = usdc(2500);
        Map<String, Object> extra = new LinkedHashMap<>(usdc.extra());
        if (value == null) {
            extra.remove(name);
        }
        else {
            extra.put(name, value);
        }
        return new PaymentRequirements(usdc.scheme(), usdc.network(), usdc.amount(), usdc.asset(), usdc.payTo(),
                usdc.maxTimeoutSeconds(), extra);
    }

    static PaymentRequirements usdcWithin(long maxTimeoutSeconds) {
        PaymentRequirements usdc = usdc(2500);
        return new PaymentRequirements(usdc.scheme(), usdc.network(), usdc.amount(), usdc.asset(), usdc.payTo(),
                maxTimeoutSeconds, usdc.extra());
    }

}
