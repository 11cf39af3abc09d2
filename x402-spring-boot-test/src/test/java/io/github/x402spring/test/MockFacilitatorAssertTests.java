package io.github.x402spring.test;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static io.github.x402spring.test.MockFacilitator.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class MockFacilitatorAssertTests {

    private static final TestWallet BUYER = TestWallet.named("buyer");

    private static final TestWallet SHOP = TestWallet.named("shop");

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://shop.example/report", "", "");

    private final TestClock clock = TestClock.create();

    private final MockFacilitator facilitator = new MockFacilitator(
            List.of(new ExactEvmScheme(SignatureRecovery.web3j(), false)), new AssetRegistry(List.of()), this.clock);

    @Test
    void assertThatWhenItHoldsThenPasses() throws Exception {
        assertThat(this.facilitator).settledNothing().settled(0);
        pay(30_000);
        assertThat(this.facilitator).settledOnce().settled(1);
        assertThat(this.facilitator).settledOnce("$0.03").from(BUYER).to(SHOP).onNetwork("base-sepolia");
        pay(10_000);
        assertThat(this.facilitator).settled(2).transferred("0.01 USDC").from(BUYER).to(SHOP.address());
        assertThat(this.facilitator).transferred("$0.03").onNetwork("eip155:84532");
        assertThat(this.facilitator).transferred("10000 0x036CbD53842c5426634e7929541eC2318f3dCF7e");
    }

    static Stream<Arguments> failing() {
        String transfer = "0.03 USDC from " + lower(BUYER) + " to " + lower(SHOP) + " on base-sepolia (eip155:84532)";
        return Stream.of(fails((it) -> assertThat(it).settledNothing(), "Expected that nothing is transferred, but"),
                fails((it) -> assertThat(it).settled(2),
                        "Expected 2 transfers, but the facilitator transferred " + transfer
                                + "; asked to settle it replied settled in 0x"),
                fails((it) -> assertThat(it).settledOnce("$0.02"),
                        "Expected a transfer of $0.02, but the facilitator transferred " + transfer),
                fails((it) -> assertThat(it).transferred("$0.03").from(SHOP),
                        "Expected a transfer from " + SHOP.address() + ", but the facilitator transferred " + transfer),
                fails((it) -> assertThat(it).transferred("$0.03").to(BUYER),
                        "Expected a transfer to " + BUYER.address() + ", but the facilitator transferred " + transfer),
                fails((it) -> assertThat(it).transferred("$0.03").onNetwork("base"),
                        "Expected a transfer on base (eip155:8453), but the facilitator transferred " + transfer));
    }

    @ParameterizedTest
    @MethodSource("failing")
    void assertThatWhenItDoesNotHoldThenSaysWhatMoved(Consumer<MockFacilitator> assertion, String message)
            throws Exception {
        pay(30_000);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertion.accept(this.facilitator))
            .withMessageStartingWith(message);
    }

    @Test
    void settledOnceWhenNothingMovedThenSaysWhatWasReplied() throws Exception {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.facilitator).settledOnce())
            .withMessage("Expected one transfer, but the facilitator transferred nothing; it was not asked to settle");
        given(this.facilitator).refuses(MockFacilitator.INSUFFICIENT_FUNDS);
        pay(10_000);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.facilitator).settledOnce())
            .withMessage("Expected one transfer, but the facilitator transferred nothing; asked to settle it replied"
                    + " not settled: insufficient_funds");
    }

    private void pay(long amount) throws Exception {
        PaymentRequirements terms = new PaymentRequirements("exact", Network.parse("base-sepolia"),
                TokenAmount.of(amount), "0x036CbD53842c5426634e7929541eC2318f3dCF7e", SHOP.address(), 60,
                Map.of("name", "USDC", "version", "2"));
        this.facilitator.settle(BUYER.pay(terms, this.clock.instant()).payload(), terms, RESOURCE);
    }

    private static String lower(TestWallet wallet) {
        return wallet.address().toLowerCase(Locale.ROOT);
    }

    private static Arguments fails(Consumer<MockFacilitator> assertion, String message) {
        return Arguments.of(assertion, message);
    }

}
