package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.contract.ContractRun.InjectedFault;
import io.github.x402spring.test.contract.SmallFacilitator.Fault;

/**
 * Run by {@link FacilitatorContractTests}, with a fault or none.
 */
@ExtendWith(InjectedFault.class)
class SmallFacilitatorCase extends FacilitatorContract {

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e", TestWallet.named("seller").address(),
            300, Map.of("name", "USDC", "version", "2"));

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final SmallFacilitator facilitator;

    SmallFacilitatorCase(String fault) {
        this.facilitator = new SmallFacilitator(Clock.fixed(NOW, ZoneOffset.UTC), fault(fault));
    }

    private static @Nullable Fault fault(String fault) {
        return fault.isEmpty() ? null : Fault.valueOf(fault);
    }

    @Override
    protected Facilitator createFacilitator() {
        return this.facilitator;
    }

    @Override
    protected PaymentRequirements terms() {
        return TERMS;
    }

    @Override
    protected void fund(TestWallet wallet, TokenAmount amount) {
        this.facilitator.mint(wallet.address(), amount.value());
    }

    @Override
    protected BigInteger balanceOf(String address) {
        return this.facilitator.balanceOf(address);
    }

    @Override
    protected Instant now() {
        return NOW;
    }

}
