package io.github.x402spring.test.chain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.x402spring.protocol.Network;

/**
 * Nodes that the test classes of this JVM share, one for each network. They end with the
 * JVM, since contexts that are cached go on using them.
 */
final class SharedNodes {

    private static final Map<Network, LocalNode> NODES = new ConcurrentHashMap<>();

    private SharedNodes() {
    }

    /** Returns the node of a network; another one if a test has closed the last. */
    static LocalNode of(String network) {
        return NODES.compute(Network.parse(network),
                (key, node) -> (node != null && node.isAlive()) ? node : LocalNode.start(key.toString()));
    }

}
