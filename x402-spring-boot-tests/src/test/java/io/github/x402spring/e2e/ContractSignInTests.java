package io.github.x402spring.e2e;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Signs in with wallets that are contracts on a chain.
 */
@LocalChain
class ContractSignInTests {

    private static final TestWallet OWNER = TestWallet.create();

    private static LocalNode chain;

    private static EvmAddress wallet;

    private static PaidApp app;

    @BeforeAll
    static void start() {
        chain = LocalNode.start();
        wallet = chain.deploy("TestWallet", EvmAddress.parse(OWNER.address()));
        chain.mint(wallet, BigInteger.valueOf(1_000_000));
        String key = chain.privateKey(2);
        app = PaidApp.start(Club.class, "x402.sign-in.enabled=true", "x402.resource-base-url=https://club.example",
                "x402.facilitator.type=local", "x402.evm.rpc-urls=" + chain.rpcUrl(), "x402.evm.poll-interval=25ms",
                "x402.evm.relayer-keys[0]=" + key, "x402.asset=TEST", "x402.assets.TEST.network=base-sepolia",
                "x402.assets.TEST.address=" + chain.token(), "x402.assets.TEST.name=USDC",
                "x402.assets.TEST.decimals=6");
    }

    @AfterAll
    static void stop() {
        app.close();
        chain.close();
    }

    @Test
    void proofWhenTheContractAcceptsItThenItsAccountOnThatChainIsTheCaller() {
        Answer answer = buy("/room", wallet.value(), OWNER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("eip155:84532:" + wallet.value());
    }

    @Test
    void policyWhenTheContractPaysItselfThenServed() {
        assertThat(buy("/own", wallet.value(), OWNER).status()).isEqualTo(200);
    }

    @Test
    void proofWhenSomebodyElseSignedThenUnauthorized() {
        assertThat(buy("/room", wallet.value(), TestWallet.create()).status()).isEqualTo(401);
    }

    @Test
    void proofWhenThereIsNoContractThenUnauthorized() {
        assertThat(buy("/room", TestWallet.create().address(), OWNER).status()).isEqualTo(401);
    }

    @Test
    void proofWhenTheContractIsOnAChainThatIsNotServedThenUnauthorized() {
        Map<String, Object> info = SignInProofs.info(app);
        info.put("chainId", "eip155:1");
        assertThat(present("/room", SignInProofs.signed(info, wallet.value(), OWNER)).status()).isEqualTo(401);
    }

    @Test
    void proofWhenReplayedThenUnauthorized() {
        Map<String, Object> proof = SignInProofs.signed(SignInProofs.info(app), wallet.value(), OWNER);
        assertThat(present("/room", proof).status()).isEqualTo(200);
        assertThat(present("/room", proof).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({ "true, 401, 1", "false, 200, 1" })
    void proofWhenTheChainIsAskedThenOnceForEachNonce(boolean down, int status, int asked) {
        try (PaidApp counted = PaidApp.start(Counted.class, "x402.sign-in.enabled=true",
                "x402.resource-base-url=https://club.example")) {
            Chain contracts = counted.bean(Chain.class);
            contracts.down = down;
            String header = SignInProofs
                .header(SignInProofs.signed(SignInProofs.info(counted), wallet.value(), TestWallet.create()));
            assertThat(counted.http().get("/room", header, PaidApp.signature(counted.pay("/room"))).status())
                .isEqualTo(status);
            assertThat(counted.http().get("/room", header, PaidApp.signature(counted.pay("/room"))).status())
                .isEqualTo(401);
            assertThat(contracts.asked).hasValue(asked);
        }
    }

    private static Answer buy(String path, String address, TestWallet signer) {
        return present(path, SignInProofs.signed(SignInProofs.info(app), address, signer));
    }

    private static Answer present(String path, Map<String, Object> proof) {
        PaymentRequirements terms = app.terms(path);
        String payment = OWNER.pay(terms, chain.time())
            .with("from", EvmAddress.parse(wallet.value()).checksummed())
            .header();
        return app.http().get(path, SignInProofs.header(proof), "PAYMENT-SIGNATURE: " + payment);
    }

    /**
     * Sells to members.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Club {

        @RestController
        static class Rooms {

            @GetMapping("/room")
            @PaidEndpoint(price = "$0.01")
            String room() {
                return SecurityContextHolder.getContext().getAuthentication().getName();
            }

            @GetMapping("/own")
            @PaidEndpoint(price = "$0.01", authorize = "isAuthenticated() and payerIsCaller()")
            String own() {
                return "own";
            }

        }

    }

    /** Has a chain that counts. */
    @Configuration(proxyBeanMethods = false)
    @Import(Club.class)
    static class Counted {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        Chain contracts() {
            return new Chain();
        }

    }

    static final class Chain implements ContractSignatures {

        private final AtomicInteger asked = new AtomicInteger();

        private volatile boolean down;

        @Override
        public boolean isValid(Network network, EvmAddress wallet, byte[] digest, byte[] signature) throws IOException {
            this.asked.incrementAndGet();
            if (this.down) {
                throw new IOException("down");
            }
            return true;
        }

    }

}
