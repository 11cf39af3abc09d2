package io.github.x402spring.autoconfigure.evm;

import java.util.Arrays;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.web3j.protocol.Service;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402EvmProperties;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.observation.X402ObservationAutoConfiguration;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.evm.LocalEvmFacilitator;
import io.github.x402spring.facilitator.evm.RelayerStatus;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link X402EvmAutoConfiguration}.
 */
@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class X402EvmAutoConfigurationTests {

    private static final String KEY = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    /** Nobody listens there. */
    private static final String NODE = "http://127.0.0.1:9/v2/account-secret";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class, X402EvmAutoConfiguration.class,
                X402FacilitatorAutoConfiguration.class, X402ObservationAutoConfiguration.class));

    private final ApplicationContextRunner local = this.runner.withPropertyValues("x402.facilitator.type=local",
            "x402.evm.relayer-keys=" + KEY);

    @Test
    void runWhenNodeIsDownThenStartsAndSaysWhatItWillUse(CapturedOutput output) {
        this.local.withPropertyValues("x402.evm.rpc-urls=" + NODE).run((context) -> {
            assertThat(context).hasSingleBean(LocalEvmFacilitator.class);
            assertThat(context.getBean(LocalEvmFacilitator.class).relayers()).extracting(RelayerStatus::network)
                .containsExactly(Network.parse("base-sepolia"));
            assertThat(output).contains("Settles on eip155:84532 by itself, 1 block(s) deep, with gas from "
                    + "[0x70997970C51812dc3A010C7d01b50e0d17dc79C8]", "Node 127.0.0.1 does not reply yet");
            assertThat(output).doesNotContain(KEY, "account-secret");
        });
    }

    @Test
    void runWhenObservedThenCallsToNodesAre() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        this.local.withPropertyValues("x402.evm.rpc-urls=" + NODE)
            .withBean(ObservationRegistry.class, () -> registry)
            .run((context) -> {
                assertThatIOException().isThrownBy(() -> context.getBean(LocalEvmFacilitator.class)
                    .isValid(Network.parse("base-sepolia"), EvmAddress.parse("0x" + "a".repeat(40)), new byte[32],
                            new byte[65]));
                assertThat(meters.get("x402.chain").tag("method", "batch").tag("outcome", "failed").timer().count())
                    .isPositive();
            });
    }

    @Test
    void runWhenSeveralNetworksAreNamedThenServesThem() {
        this.local
            .withPropertyValues("x402.evm.networks.base.rpc-urls=" + NODE + "," + NODE,
                    "x402.evm.networks.polygon.rpc-urls=" + NODE)
            .run((context) -> {
                Facilitator facilitator = context.getBean(Facilitator.class);
                assertThat(facilitator.mayServe(Network.parse("base"))).isTrue();
                assertThat(facilitator.mayServe(Network.parse("polygon"))).isTrue();
                assertThat(facilitator.mayServe(Network.parse("base-sepolia"))).isFalse();
                assertThat(facilitator.supported()).hasSize(4);
            });
    }

    @Test
    void runWhenApplicationHasAFacilitatorThenBacksOff() {
        this.local.withBean(FakeFacilitator.class)
            .run((context) -> assertThat(context).hasSingleBean(Facilitator.class)
                .doesNotHaveBean(LocalEvmFacilitator.class));
    }

    @Test
    void runWhenWeb3jIsMissingThenFailsAndNamesIt() {
        this.local.withClassLoader(new FilteredClassLoader(Service.class))
            .run((context) -> assertProblem(context.getStartupFailure(), "the library that speaks with chains",
                    "org.web3j:core"));
    }

    @Test
    void runWhenWeb3jIsMissingAndNotNeededThenStarts() {
        this.runner.withClassLoader(new FilteredClassLoader("org.web3j.protocol"))
            .run((context) -> assertThat(context).hasSingleBean(SimulatedFacilitator.class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x402.evm.rpc-urls=                                      | x402.evm.rpc-urls
            x402.evm.rpc-urls=node-secret                           | x402.evm.rpc-urls
            x402.evm.rpc-urls=wss://node-secret                     | x402.evm.rpc-urls
            x402.evm.rpc-urls=http://node-secret:port/              | x402.evm.rpc-urls
            x402.evm.networks.base.confirmations=2                 | x402.evm.networks.base.rpc-urls
            x402.evm.networks.nowhere.rpc-urls=http://node-secret  | x402.evm.networks.nowhere
            x402.evm.networks.solana.rpc-urls=http://node-secret   | x402.evm.networks.solana
            x402.evm.networks.base-sepolia.rpc-urls=http://node-secret | x402.evm.networks.base-sepolia.rpc-urls
            x402.evm.confirmations=0                               | x402.evm.confirmations
            x402.evm.max-fee-gwei=0                                | x402.evm.max-fee-gwei
            x402.evm.priority-fee-gwei=-1                          | x402.evm.priority-fee-gwei
            x402.evm.max-gas=0                                     | x402.evm.max-gas
            x402.evm.poll-interval=1ms                             | x402.evm.poll-interval
            x402.evm.lookback-blocks=0                             | x402.evm.lookback-blocks
            x402.evm.reorganization-depth=-1                       | x402.evm.reorganization-depth
            x402.evm.warn-below-transfers=-1                       | x402.evm.warn-below-transfers
            x402.evm.reverted-gas.per-wallet=0                     | x402.evm.reverted-gas.per-wallet
            x402.evm.reverted-gas.per-hour=-1                      | x402.evm.reverted-gas.per-hour
            x402.evm.wallet-factories=nobody                       | x402.evm.wallet-factories
            x402.facilitator.settle-timeout=0s                     | x402.facilitator.settle-timeout
            x402.facilitator.verify-timeout=0s                     | x402.facilitator.verify-timeout
            x402.facilitator.max-concurrent-calls=0                | x402.facilitator.max-concurrent-calls
            """)
    void runWhenAValueCannotBeUsedThenNamesTheProperty(String property, String name) {
        this.local.withPropertyValues("x402.evm.rpc-urls=" + NODE).withPropertyValues(property).run((context) -> {
            assertProblem(context.getStartupFailure(), "", name);
            assertThat(context.getStartupFailure()).rootCause()
                .satisfies((ex) -> assertThat(ex.getMessage() + ((InvalidX402ConfigurationException) ex).action())
                    .doesNotContain("node-secret", "account-secret", KEY));
        });
    }

    @Test
    void runWhenNoNodeIsNamedThenFails() {
        this.local
            .run((context) -> assertProblem(context.getStartupFailure(), "no node of any chain", "x402.evm.rpc-urls"));
    }

    @Test
    void propertiesWhenPrintedThenNameNoSecret() {
        this.local
            .withPropertyValues("x402.evm.rpc-urls=" + NODE, "x402.evm.keystore.password=secret-password",
                    "x402.evm.networks.base.rpc-urls=" + NODE)
            .run((context) -> assertThat(context.getBean(X402EvmProperties.class).toString()).doesNotContain(KEY,
                    "account-secret", "secret-password"));
    }

    @Test
    void metersWhenBoundThenShowEachRelayer() {
        this.local.withPropertyValues("x402.evm.rpc-urls=" + NODE).run((context) -> {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            context.getBean("x402RelayerMeters", MeterBinder.class).bindTo(registry);
            assertThat(registry.get("x402.relayer.balance")
                .tags("network", "eip155:84532", "relayer", "1")
                .gauge()
                .value()).isZero();
            assertThat(registry.get("x402.relayer.transactions").gauge().value()).isZero();
        });
    }

    @Test
    void metersWhenNothingIsSettledHereThenAreMissing() {
        this.runner.run((context) -> assertThat(context).doesNotHaveBean("x402RelayerMeters"));
    }

    private static void assertProblem(Throwable failure, String problem, String... remedies) {
        assertThat(failure).rootCause().isInstanceOf(InvalidX402ConfigurationException.class).satisfies((ex) -> {
            assertThat(ex).hasMessageContaining(problem);
            String text = ex.getMessage() + ((InvalidX402ConfigurationException) ex).action();
            assertThat(Arrays.asList(remedies)).allSatisfy((remedy) -> assertThat(text).contains(remedy));
        });
    }

}
