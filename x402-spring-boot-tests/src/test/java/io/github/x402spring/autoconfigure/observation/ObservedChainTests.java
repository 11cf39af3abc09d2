package io.github.x402spring.autoconfigure.observation;

import java.io.IOException;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.web3j.protocol.core.Response;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Tag("locale")
class ObservedChainTests {

    private static final Network NETWORK = Network.parse("eip155:8453");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private final ObservationRegistry registry = ObservationRegistry.create();

    private final ObservedChain chain = new ObservedChain(this.registry, null);

    @BeforeEach
    void observe() {
        this.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
    }

    @Test
    void observeWhenTheNodeAnswersThenDone() throws Exception {
        assertThat(this.chain.observe(NETWORK, "eth_call", () -> "answer")).isEqualTo("answer");
        assertCounted("done", "none");
    }

    @Test
    void observeWhenTheNodeAnswersWithAnErrorThenRejected() throws Exception {
        Response<String> refusal = new Response<>();
        refusal.setError(new Response.Error(-32000, "execution reverted"));
        assertThat(this.chain.observe(NETWORK, "eth_call", () -> refusal)).isSameAs(refusal);
        assertCounted("rejected", "none");
    }

    @Test
    void observeWhenThereIsNoAnswerThenFailed() {
        assertThatIOException().isThrownBy(() -> this.chain.observe(NETWORK, "eth_call", () -> {
            throw new IOException("timeout");
        }));
        assertCounted("failed", "IOException");
    }

    @Test
    void observeWhenNobodyListensThenOnlyCalls() throws Exception {
        ObservedChain idle = new ObservedChain(ObservationRegistry.create(), null);
        assertThat(idle.observe(NETWORK, "eth_call", () -> "answer")).isEqualTo("answer");
        assertThat(this.meters.getMeters()).isEmpty();
    }

    private void assertCounted(String outcome, String error) {
        assertThat(this.meters.get("x402.chain")
            .tags("method", "eth_call", "outcome", outcome, "network", "eip155:8453", "error", error)
            .timer()
            .count()).isOne();
    }

}
