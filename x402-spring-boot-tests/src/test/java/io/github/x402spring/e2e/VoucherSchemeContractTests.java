package io.github.x402spring.e2e;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.contract.PaymentSchemeContract;

/**
 * Proves that a scheme on a network that is no EVM chain can keep the contract.
 */
@Tag("locale")
class VoucherSchemeContractTests extends PaymentSchemeContract {

    private static final PaymentRequirements TERMS = new PaymentRequirements(VoucherScheme.NAME,
            Network.parse("solana-devnet"), TokenAmount.of(10_000), "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU",
            "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU", 300, Map.of(VoucherScheme.FEE_PAYER, "Fees1"));

    private final AtomicInteger number = new AtomicInteger();

    @Override
    protected PaymentScheme createScheme() {
        return VoucherScheme.onSolana();
    }

    @Override
    protected PaymentRequirements terms() {
        return TERMS;
    }

    @Override
    protected PaymentPayload pay(PaymentRequirements terms) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", 2);
        tree.put("accepted", terms.toMap());
        tree.put("payload", Map.of("voucher", VoucherScheme.voucher(terms, "PayerAccount",
                "number-" + this.number.incrementAndGet(), NOW.plusSeconds(300))));
        return new PaymentPayload(2, tree);
    }

}
