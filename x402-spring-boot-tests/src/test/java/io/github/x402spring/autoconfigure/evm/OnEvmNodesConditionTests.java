package io.github.x402spring.autoconfigure.evm;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class OnEvmNodesConditionTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Nodes.class);

    @ParameterizedTest
    @CsvSource({ "x402.evm.rpc-urls=https://n.example.com,true", "x402.evm.rpcUrls=https://n.example.com,true",
            "x402.evm.networks.base.rpc-urls=https://n.example.com,true", "x402.evm.networks.base.confirmations=2,true",
            "x402.evm.networks[eip155:8453].rpc-urls[0]=https://n.example.com,true", "x402.evm.relayer-keys=0x1,false",
            "x402.evm.confirmations=3,false", "x402.facilitator.type=local,false" })
    void matchWhenANodeIsConfiguredThenOnlyThen(String property, boolean matches) {
        this.runner.withPropertyValues(property)
            .run((context) -> assertThat(context.getBeansOfType(Nodes.class)).hasSize(matches ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource({ "X402_EVM_RPCURLS,true", "X402_EVM_NETWORKS_BASE_RPCURLS,true", "X402_EVM_RELAYERKEYS,false" })
    void matchWhenConfiguredByTheEnvironmentThenTheSame(String variable, boolean matches) {
        this.runner
            .withInitializer((context) -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
                        Map.of(variable, "https://n.example.com"))))
            .run((context) -> assertThat(context.getBeansOfType(Nodes.class)).hasSize(matches ? 1 : 0));
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(OnEvmNodesCondition.class)
    static class Nodes {

    }

}
