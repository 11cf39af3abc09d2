package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalEvmFacilitator}.
 */
@LocalChain
class LocalEvmFacilitatorTests {

    private static ChainFixture fixture;

    private static LocalEvmFacilitator facilitator;

    @BeforeAll
    static void start() {
        fixture = new ChainFixture();
        facilitator = fixture.facilitator();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void settleWhenVerifiedThenMoneyMovesOnce() throws Exception {
        TestWallet wallet = fixture.wallet();
        PaymentPayload payment = fixture.pay(wallet).payload();
        BigInteger before = fixture.chain().balanceOf(ChainFixture.SHOP);
        VerifyResponse verified = facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE);
        SettleResponse settled = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        SettleResponse again = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        assertThat(verified.invalidReason()).isNull();
        assertThat(settled.errorReason()).isNull();
        assertThat(settled.transaction()).matches("0x[0-9a-f]{64}");
        assertThat(again.errorReason()).isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
        assertThat(fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(before.add(ChainFixture.PRICE));
    }

}
