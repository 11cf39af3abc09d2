package io.github.x402spring.autoconfigure.observation;

import java.io.IOException;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.web3j.protocol.core.Response;

import io.github.x402spring.facilitator.evm.RpcObserver;
import io.github.x402spring.observation.ChainObservationContext;
import io.github.x402spring.observation.ChainObservationConvention;
import io.github.x402spring.observation.DefaultChainObservationConvention;
import io.github.x402spring.observation.X402Observation;
import io.github.x402spring.protocol.Network;

/**
 * Observes calls to nodes of chains. Those that a request waits for are parts of its
 * trace; the others, which look after settlements, are traces of their own.
 */
final class ObservedChain implements RpcObserver {

    private static final ChainObservationConvention STANDARD = new DefaultChainObservationConvention();

    private final ObservationRegistry registry;

    private final @Nullable ChainObservationConvention custom;

    ObservedChain(ObservationRegistry registry, @Nullable ChainObservationConvention custom) {
        Assert.notNull(registry, "'registry' must not be null");
        this.registry = registry;
        this.custom = custom;
    }

    @Override
    public <T> T observe(Network network, String method, Call<T> call) throws IOException {
        if (this.registry.isNoop()) {
            return call.make();
        }
        ChainObservationContext context = new ChainObservationContext(network, method);
        Observation observation = X402Observation.CHAIN.start(this.custom, STANDARD, () -> context, this.registry);
        context.setOutcome("failed");
        try (Observation.Scope scope = observation.openScope()) {
            T reply = call.make();
            context.setOutcome((reply instanceof Response<?> response && response.hasError()) ? "rejected" : "done");
            return reply;
        }
        catch (IOException ex) {
            observation.error(ex);
            throw ex;
        }
        finally {
            observation.stop();
        }
    }

}
