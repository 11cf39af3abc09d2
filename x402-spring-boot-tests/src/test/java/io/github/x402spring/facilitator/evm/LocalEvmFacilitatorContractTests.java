package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Instant;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.contract.FacilitatorContract;

@LocalChain
@Tag("waiting")
class LocalEvmFacilitatorContractTests extends FacilitatorContract {

    private static ChainFixture fixture;

    private static Facilitator facilitator;

    @BeforeAll
    static void open() {
        fixture = new ChainFixture();
        facilitator = fixture.facilitator();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Override
    protected Facilitator createFacilitator() {
        return facilitator;
    }

    @Override
    protected PaymentRequirements terms() {
        return fixture.terms();
    }

    @Override
    protected void fund(TestWallet wallet, TokenAmount amount) {
        fixture.chain().mint(EvmAddress.parse(wallet.address()), amount.value());
    }

    @Override
    protected BigInteger balanceOf(String address) {
        return fixture.chain().balanceOf(EvmAddress.parse(address));
    }

    @Override
    protected Instant now() {
        return fixture.chain().time();
    }

}
