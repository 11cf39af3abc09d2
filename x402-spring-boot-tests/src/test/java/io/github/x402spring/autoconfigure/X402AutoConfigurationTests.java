package io.github.x402spring.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402DefaultWebSecurityAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402SecurityAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402AutoConfigurationTests {

    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/", "", "");

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class, X402LedgerAutoConfiguration.class,
                X402FacilitatorAutoConfiguration.class, X402SecurityAutoConfiguration.class,
                X402DefaultWebSecurityAutoConfiguration.class, X402WebMvcAutoConfiguration.class));

    @Test
    void whenNothingIsConfiguredThenBeansOfCore() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(AssetRegistry.class)
            .hasSingleBean(PaymentHeaderCodec.class)
            .hasSingleBean(SignatureRecovery.class)
            .hasSingleBean(ExactEvmScheme.class)
            .hasSingleBean(InMemoryLedgers.class)
            .hasSingleBean(SimulatedFacilitator.class));
    }

    @Test
    void whenNotWebApplicationThenWebPartsBackOff() {
        this.runner.withPropertyValues("x402.gate.enabled=false")
            .run((context) -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(PaidEndpointRegistry.class)
                .doesNotHaveBean(PaymentAuthorizer.class)
                .doesNotHaveBean(X402DefaultWebSecurityAutoConfiguration.class)
                .doesNotHaveBean(X402WebMvcAutoConfiguration.class));
    }

    @Test
    void whenUserLedgerThenMemoryBacksOff() {
        this.runner.withUserConfiguration(OwnLedger.class)
            .run((context) -> assertThat(context).getBean(PaymentLedger.class).isInstanceOf(FakeLedger.class));
    }

    @Test
    void whenUserAssetRegistryThenOursBacksOff() {
        this.runner.withUserConfiguration(OwnAssets.class)
            .run((context) -> assertThat(context).getBean(AssetRegistry.class)
                .isSameAs(context.getBean("ownAssets", AssetRegistry.class)));
    }

    @Test
    void whenUserSignatureRecoveryThenOursBackOff() {
        this.runner.withUserConfiguration(OwnRecovery.class)
            .run((context) -> assertThat(context).hasSingleBean(SignatureRecovery.class)
                .doesNotHaveBean("x402SignatureRecovery"));
    }

    @Test
    void whenUserSchemeThenSchemesAddUp() {
        this.runner.withUserConfiguration(OwnScheme.class)
            .run((context) -> assertThat(context.getBeansOfType(PaymentScheme.class)).hasSize(2)
                .containsKey("ownScheme"));
    }

    @Test
    void whenUserClockThenSimulatedFacilitatorTellsTimeByIt() {
        this.runner.withUserConfiguration(OwnClock.class).run((context) -> {
            SimulatedFacilitator facilitator = context.getBean(SimulatedFacilitator.class);
            PaymentRequirements requirements = requirements();
            TestWallet wallet = TestWallet.named("1");

            assertThat(facilitator.verify(wallet.pay(requirements, LONG_AGO).payload(), requirements, RESOURCE).valid())
                .isTrue();
            assertThat(facilitator
                .verify(wallet.pay(requirements, LONG_AGO.minusSeconds(86_400)).payload(), requirements, RESOURCE)
                .valid()).isFalse();
        });
    }

    @Test
    void whenTokenIsConfiguredThenRegistryKnowsIt() {
        this.runner
            .withPropertyValues("x402.assets.EURC.network=base-sepolia",
                    "x402.assets.EURC.address=0x808456652fdb597867f38412077a9182bf77359f",
                    "x402.assets.EURC.name=Euro Coin", "x402.assets.EURC.version=3", "x402.assets.EURC.decimals=6")
            .run((context) -> assertThat(
                    context.getBean(AssetRegistry.class).find(Network.parse("base-sepolia"), "EURC"))
                .hasValueSatisfying((asset) -> {
                    assertThat(asset.address()).isEqualTo("0x808456652fdb597867f38412077A9182bf77359F");
                    assertThat(asset.extra()).containsEntry("name", "Euro Coin").containsEntry("version", "3");
                }));
    }

    @Test
    void whenTokenIsOfAnotherChainThenItsAddressStaysAndItNeedsNoName() {
        this.runner.withPropertyValues("x402.assets.SOL.network=solana-devnet",
                "x402.assets.SOL.address=4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU", "x402.assets.SOL.decimals=6")
            .run((context) -> assertThat(
                    context.getBean(AssetRegistry.class).find(Network.parse("solana-devnet"), null))
                .hasValueSatisfying((asset) -> {
                    assertThat(asset.address()).isEqualTo("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU");
                    assertThat(asset.extra()).isEmpty();
                }));
    }

    private static PaymentRequirements requirements() {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10_000),
                "0x036CbD53842c5426634e7929541eC2318f3dCF7e", PaidApplication.PAY_TO, 300,
                Map.of("name", "USDC", "version", "2"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLedger {

        @Bean
        FakeLedger ownLedger() {
            return new FakeLedger(new InMemoryLedgers(Clock.systemUTC(), 10).payments());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnAssets {

        @Bean
        AssetRegistry ownAssets() {
            return new AssetRegistry(List.of());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRecovery {

        @Bean
        SignatureRecovery ownRecovery() {
            return (digest, signature) -> Optional.empty();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnScheme {

        @Bean
        PaymentScheme ownScheme() {
            return new PaymentScheme() {

                @Override
                public String name() {
                    return "own";
                }

                @Override
                public String recipient(String payTo, Network network) {
                    return payTo;
                }

                @Override
                public boolean supports(PaymentRequirements requirements) {
                    return false;
                }

                @Override
                public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
                    throw new UnsupportedOperationException();
                }

            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClock {

        @Bean
        Clock ownClock() {
            return Clock.fixed(LONG_AGO, ZoneOffset.UTC);
        }

    }

}
