package io.github.x402spring.test.contract;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.TestWallet;

class MockFacilitatorContractTests extends FacilitatorContract {

    private static final int DECIMALS = 6;

    private final TestClock clock = TestClock.at(Instant.parse("2030-01-01T00:00:00Z"));

    private final MockFacilitator facilitator = new MockFacilitator(
            List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)), new AssetRegistry(List.of()), this.clock);

    @Override
    protected Facilitator createFacilitator() {
        return this.facilitator;
    }

    @Override
    protected PaymentRequirements terms() {
        return SmallFacilitatorCase.TERMS;
    }

    @Override
    protected void fund(TestWallet wallet, TokenAmount amount) {
        BigInteger balance = balanceOf(wallet.address()).add(amount.value());
        this.facilitator.setBalance(wallet, new BigDecimal(balance, DECIMALS).toPlainString());
    }

    @Override
    protected BigInteger balanceOf(String address) {
        return this.facilitator.balanceOf(address, terms().network(), terms().asset());
    }

    @Override
    protected Instant now() {
        return this.clock.instant();
    }

}
