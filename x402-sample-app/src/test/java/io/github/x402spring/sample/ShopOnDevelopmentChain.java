package io.github.x402spring.sample;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.web3j.crypto.Credentials;

import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.chain.LocalNode;

/**
 * Runs the shop on a chain of its own, where it settles by itself and balances really
 * move.
 */
public final class ShopOnDevelopmentChain {

    private static final int DECIMALS = 6;

    private ShopOnDevelopmentChain() {
    }

    public static void main(String[] args) {
        run(LocalNode.start(), args);
    }

    static ConfigurableApplicationContext run(LocalNode chain, String... args) {
        SpringApplication application = new SpringApplication(SampleApplication.class, Wallet.class);
        application.setAdditionalProfiles("chain");
        application.setDefaultProperties(
                Map.of("chain.rpc-url", chain.rpcUrl().toString(), "chain.relayer-key", chain.privateKey(2)));
        application.addInitializers((context) -> context.getBeanFactory().registerSingleton("chain", chain));
        return application.run(args);
    }

    /**
     * Gives the walk-through a wallet with a dollar in it, and shows what becomes of it.
     * Not a configuration that scanning finds: tests start the shop without it.
     */
    static class Wallet {

        private final LocalNode chain;

        private final Credentials buyer;

        Wallet(LocalNode chain) {
            this.chain = chain;
            this.buyer = Credentials.create(chain.privateKey(3));
            chain.mint(address(), BigInteger.TEN.pow(DECIMALS));
        }

        @Bean
        PaymentSigner wallet() {
            return new CredentialsPaymentSigner(this.buyer);
        }

        @EventListener
        @Order(Ordered.HIGHEST_PRECEDENCE)
        void before(ApplicationReadyEvent event) {
            print("Before", event);
        }

        @EventListener
        @Order(Ordered.LOWEST_PRECEDENCE)
        void after(ApplicationReadyEvent event) {
            print("After", event);
        }

        private void print(String when, ApplicationReadyEvent event) {
            String shop = event.getApplicationContext().getEnvironment().getRequiredProperty("x402.pay-to");
            System.out.printf("%n%s, on the chain at %s: the wallet has %s USDC, the shop %s USDC%n", when,
                    this.chain.rpcUrl(), dollars(address()), dollars(EvmAddress.parse(shop)));
        }

        private BigDecimal dollars(EvmAddress owner) {
            return new BigDecimal(this.chain.balanceOf(owner), DECIMALS);
        }

        private EvmAddress address() {
            return EvmAddress.parse(this.buyer.getAddress());
        }

    }

}
