package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets shops without keys settle through one application with a key, on a chain.
 */
@LocalChain
@Tag("waiting")
class SharedRelayerTests {

    private static final int PURCHASES = 20;

    private final TestWallet wallet = TestWallet.create();

    private LocalNode chain;

    @BeforeEach
    void start() {
        this.chain = LocalNode.start();
        this.chain.mint(EvmAddress.parse(this.wallet.address()),
                ChainShop.PRICE.multiply(BigInteger.valueOf(PURCHASES)));
    }

    @AfterEach
    void stop() {
        this.chain.close();
    }

    @Test
    void buyWhenInstancesShareRelayerThenEachPaymentBuysOnceWhereverItIsPresented() throws Exception {
        try (FacilitatorApp relayer = FacilitatorApp.start(List.of(), relayerProperties());
                PaidApp one = shop(relayer);
                PaidApp other = shop(relayer)) {
            assertThat(relayer.app().bean(LocalEvmFacilitator.class).relayers()).hasSize(1);
            List<Callable<Answer>> visits = new ArrayList<>();
            for (int i = 0; i < PURCHASES; i++) {
                String payment = PaidApp.signature(this.wallet.pay(one.terms("/a"), this.chain.time()));
                visits.add(() -> one.http().get("/a", payment));
                visits.add(() -> other.http().get("/a", payment));
            }
            List<Answer> answers = Together.run(visits);

            List<String> paid = this.chain.transfers()
                .stream()
                .filter((transfer) -> transfer.to().equals(ChainShop.shop()))
                .map(LocalNode.Transfer::transaction)
                .toList();
            List<Answer> grants = answers.stream().filter((answer) -> answer.status() == 200).toList();
            assertThat(paid).isNotEmpty().hasSizeLessThanOrEqualTo(PURCHASES);
            assertThat(grants.stream().map(ChainShop::transaction)).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(paid);
            assertThat(answers).filteredOn((answer) -> answer.status() != 200)
                .allSatisfy((answer) -> assertThat(answer.text()).doesNotContain("delivered a"));
        }
    }

    private String[] relayerProperties() {
        String key = this.chain.privateKey(2);
        List<String> properties = new ArrayList<>(token());
        properties.addAll(List.of("x402.facilitator.type=local", "x402.evm.rpc-urls=" + this.chain.rpcUrl(),
                "x402.evm.poll-interval=25ms", "x402.evm.relayer-keys=" + key,
                "x402.facilitator.server.pay-to=" + PaidApp.PAY_TO));
        return properties.toArray(String[]::new);
    }

    private PaidApp shop(FacilitatorApp relayer) {
        List<String> properties = new ArrayList<>(token());
        properties.add("x402.facilitator.url=" + relayer.url());
        properties.add("x402.facilitator.verify-timeout=60s");
        properties.add("x402.facilitator.settle-timeout=60s");
        properties.add("x402.resource-base-url=https://shop.example");
        return PaidApp.start(List.of(Shop.class, SharedFacilitatorTests.Credentials.class),
                properties.toArray(String[]::new));
    }

    private List<String> token() {
        return List.of("x402.asset=TEST", "x402.assets.TEST.network=base-sepolia",
                "x402.assets.TEST.address=" + this.chain.token(), "x402.assets.TEST.name=USDC",
                "x402.assets.TEST.decimals=6");
    }

}
