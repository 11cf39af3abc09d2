package io.github.x402spring.benchmarks.load;

import java.util.Map;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Terms of the application under load, as load.sh configures it.
 */
final class LoadTerms {

    static final PaymentRequirements PAID = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 3600,
            Map.of("name", "USDC", "version", "2", "resource", "http://load.example/paid"));

    private LoadTerms() {
    }

}
