package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.TestWallet;
import io.github.x402spring.testchain.ChainTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SettlementWatch} on a chain that changes its mind.
 */
@ChainTest
class ReorganisationTests {

    private ChainFixture fixture;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture();
    }

    @AfterEach
    void stop() {
        this.fixture.close();
    }

    @Test
    void settleWhenChainTakesItBackThenIsMadeAgain() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        String snapshot = this.fixture.chain().snapshot();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.takeBackTo(snapshot);
        this.fixture.keepMiningUntil(() -> this.fixture.kinds().contains(Kind.SETTLED_AGAIN));
        assertThat(this.fixture.kinds()).containsExactly(Kind.REORGANISED, Kind.SETTLED_AGAIN);
        assertThat(this.fixture.events()).extracting(SettlementEvent::transaction).containsOnly(settled.transaction());
        assertThat(this.fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(ChainFixture.PRICE);
    }

    @Test
    void settleWhenTakenBackAndFundsAreGoneThenIsLost() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        TestWallet wallet = TestWallet.random();
        String unfunded = this.fixture.chain().snapshot();
        this.fixture.chain().mint(ChainFixture.address(wallet), ChainFixture.PRICE);
        PaymentPayload payment = this.fixture.pay(wallet).payload();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.takeBackTo(unfunded);
        this.fixture.keepMiningUntil(() -> this.fixture.kinds().contains(Kind.LOST));
        assertThat(settled.success()).isTrue();
        assertThat(this.fixture.kinds()).containsExactly(Kind.REORGANISED, Kind.LOST);
        assertThat(this.fixture.chain().balanceOf(ChainFixture.SHOP)).isZero();
    }

    @Test
    void settleWhenItLiesDeepThenNothingIsSaid() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        SettleResponse settled = facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        this.fixture.chain().mine(50);
        SettleResponse next = facilitator.settle(this.fixture.pay(this.fixture.wallet()).payload(),
                this.fixture.terms(), ChainFixture.RESOURCE);
        assertThat(settled.success()).isTrue();
        assertThat(next.success()).isTrue();
        assertThat(this.fixture.events()).isEmpty();
    }

    @Test
    void settleWhenConfirmationsAreAskedForThenWaitsForThem() throws Exception {
        LocalEvmFacilitator facilitator = this.fixture.facilitator(
                this.fixture.networkSettings(3, ChainFixture.GWEI.multiply(BigInteger.valueOf(100))),
                Duration.ofMillis(300), Set.of(), this.fixture.relayer(2));
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        SettleResponse early = this.fixture.settleUntilSent(facilitator, payment);
        this.fixture.await(() -> this.fixture.chain().balanceOf(ChainFixture.SHOP).equals(ChainFixture.PRICE));
        this.fixture.chain().mine(2);
        SettleResponse late = this.fixture.settleUntilDecided(facilitator, payment);
        assertThat(early.pending()).isTrue();
        assertThat(early.transaction()).matches("0x[0-9a-f]{64}");
        assertThat(late.success()).isTrue();
        assertThat(late.transaction()).isEqualTo(early.transaction());
    }

}
