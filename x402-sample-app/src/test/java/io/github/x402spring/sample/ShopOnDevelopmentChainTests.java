package io.github.x402spring.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the walk-through moves money where the shop runs on a chain.
 */
@LocalChain
@ExtendWith(OutputCaptureExtension.class)
class ShopOnDevelopmentChainTests {

    @Test
    void runWhenOnAChainThenBalancesMoveByWhatWasBought(CapturedOutput output) {
        try (LocalNode chain = LocalNode.start();
                ConfigurableApplicationContext shop = ShopOnDevelopmentChain.run(chain, "--server.port=0")) {
            assertThat(shop.isRunning()).isTrue();
            assertThat(chain.transfers()).extracting((transfer) -> transfer.value().intValue())
                .containsExactly(10_000, 3_000, 20_000, 50_000);
        }
        assertThat(output).containsSubsequence("Before, on the chain",
                "the wallet has 1.000000 USDC, the shop 0.000000 USDC", "GET /wholesale", "After, on the chain",
                "the wallet has 0.917000 USDC, the shop 0.083000 USDC");
    }

}
