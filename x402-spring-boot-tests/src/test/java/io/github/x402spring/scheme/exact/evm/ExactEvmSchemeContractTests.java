package io.github.x402spring.scheme.exact.evm;

import java.util.Map;

import org.junit.jupiter.api.Tag;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.contract.PaymentSchemeContract;

/**
 * Where signatures of contract wallets are left to the facilitator. The contract's own
 * tests have a scheme that refuses them.
 */
@Tag("locale")
class ExactEvmSchemeContractTests extends PaymentSchemeContract {

    private static final TestWallet WALLET = TestWallet.named("buyer");

    @Override
    protected PaymentScheme createScheme() {
        return new ExactEvmScheme(SignatureRecovery.nativeLibrary().orElseThrow(), true);
    }

    @Override
    protected PaymentRequirements terms() {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10_000),
                "0x036CbD53842c5426634e7929541eC2318f3dCF7e", WALLET.address(), 300,
                Map.of("name", "USDC", "version", "2"));
    }

    @Override
    protected PaymentPayload pay(PaymentRequirements terms) {
        return WALLET.pay(terms, NOW).payload();
    }

}
