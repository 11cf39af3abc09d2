package io.github.x402spring.test.chain;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Annotation for test classes that run on an EVM chain on this machine: anvil, with the
 * network's default token in the form of a test token.
 *
 * <pre class="code">
 * &#064;LocalChain
 * &#064;SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
 * class ReportOnChainTests {
 *
 *     &#064;Test
 *     void reportIsPaidOnTheChain(LocalNode node, TestWallet wallet) {
 *         …
 *         assertThat(node.balanceOf(wallet)).isEqualTo(99_990_000);
 *     }
 *
 * }
 * </pre>
 *
 * <ul>
 * <li>A parameter of type {@link LocalNode} is the node. Classes share one for each
 * network, so a test that stops mining or moves the time gives it back as it was, or
 * starts a node of its own by {@link LocalNode#start()}.</li>
 * <li>A parameter of type {@link io.github.x402spring.test.TestWallet} is a new wallet
 * with 100 dollars.</li>
 * <li>The context of a Spring test gets {@link LocalNode#properties()}, which go before
 * its own properties, and the node as a bean.</li>
 * <li>Where there is no anvil, the class is skipped, with a sentence that says where it
 * was looked for. If the system property {@code x402.chain.required} or the variable
 * {@code X402_CHAIN_REQUIRED} is {@code true}, the class fails instead.</li>
 * </ul>
 *
 * Anvil is part of Foundry. It is looked for in the system property {@code x402.anvil},
 * the variable {@code ANVIL}, on the PATH, in {@code ~/.foundry/bin} and
 * {@code ~/.cache/x402}, and where npm installs {@code @foundry-rs} in the project's
 * modules.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LocalChainExtension.class)
public @interface LocalChain {

    /**
     * Names the network whose chain id and token the chain has.
     * @return an alias or a CAIP-2 name, of an EVM chain
     */
    String network() default "base-sepolia";

}
