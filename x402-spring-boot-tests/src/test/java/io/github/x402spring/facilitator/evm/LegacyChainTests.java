package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a {@link LocalEvmFacilitator} on a chain without a base fee.
 */
@LocalChain
class LegacyChainTests {

    private ChainFixture fixture;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture(LocalNode.start("base-sepolia", "--hardfork", "berlin"));
    }

    @AfterEach
    void stop() {
        this.fixture.close();
    }

    @Test
    void settleWhenTheChainHasNoBaseFeeThenPaysByALegacyTransaction() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        assertThat(facilitator.verify(payment, this.fixture.terms(), ChainFixture.RESOURCE).valid()).isTrue();
        SettleResponse settled = this.fixture.settle(facilitator, payment);
        assertThat(settled.success()).isTrue();
        JsonNode transaction = transaction(settled);
        assertThat(transaction.path("type").asString()).isEqualTo("0x0");
        assertThat(transaction.path("chainId").asString()).isEqualTo("0x14a34");
        assertThat(this.fixture.chain().rpc("eth_getBlockByNumber", "latest", false).has("baseFeePerGas")).isFalse();
    }

    @Test
    void settleWhenGasCostsMoreThanTheCeilingThenNothingIsSent() {
        LocalEvmFacilitator facilitator = this.fixture.facilitator(
                this.fixture.networkSettings(1, BigInteger.valueOf(1000)), Duration.ofSeconds(10), Set.of(),
                this.fixture.relayer(2));
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> this.fixture.settle(facilitator, payment))
            .withMessageContaining("more than the configured ceiling");
    }

    private JsonNode transaction(SettleResponse settled) {
        return this.fixture.chain().rpc("eth_getTransactionByHash", settled.transaction());
    }

}
