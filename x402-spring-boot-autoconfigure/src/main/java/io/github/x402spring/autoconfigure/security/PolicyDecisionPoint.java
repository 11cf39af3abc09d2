package io.github.x402spring.autoconfigure.security;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClient;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.HttpTransport;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;
import io.github.x402spring.transport.Reply;
import io.github.x402spring.transport.RestPeer;

/**
 * Client of an external policy decision point over HTTP: one POST, bounded in time, in
 * length and in number. Whatever is not a readable reply is an exception without foreign
 * text, and so fails closed. Thread-safe.
 */
class PolicyDecisionPoint implements ConnectionSource, AutoCloseable {

    private static final int MAX_LENGTH = 64 * 1024;

    private static final WireJson JSON = new WireJson(MAX_LENGTH);

    private final String name;

    private final URI uri;

    private final HttpTransport transport;

    private final RestPeer peer;

    private final Semaphore permits;

    PolicyDecisionPoint(String name, URI uri, RestClient.Builder builder, Duration timeout, int maxConcurrentCalls) {
        this.name = name;
        this.uri = uri;
        this.transport = new HttpTransport(Peer.DECISION_POINT, maxConcurrentCalls, timeout);
        this.peer = new RestPeer(builder, this.transport, timeout, MAX_LENGTH);
        this.permits = new Semaphore(maxConcurrentCalls);
    }

    /**
     * Calls the decision point.
     * @throws PolicyUnavailableException if there is no usable reply
     */
    Map<String, @Nullable Object> call(Map<String, ?> question) {
        if (!this.permits.tryAcquire()) {
            throw new PolicyUnavailableException(this.name + " is called too often at once");
        }
        try {
            Reply reply = this.peer.post(this.uri, JSON.write(question));
            if (reply.status() != 200) {
                throw new PolicyUnavailableException(this.name + " replied with status " + reply.status());
            }
            return JSON.readObject(reply.body());
        }
        catch (MalformedJsonException ex) {
            throw unusable();
        }
        catch (IOException ex) {
            throw new PolicyUnavailableException(this.name + " sent no reply (" + ex.getMessage() + ")");
        }
        finally {
            this.permits.release();
        }
    }

    PolicyUnavailableException unusable() {
        return new PolicyUnavailableException("The reply of " + this.name + " is not a decision");
    }

    @Override
    public Peer peer() {
        return this.transport.peer();
    }

    @Override
    public PoolState connections() {
        return this.transport.connections();
    }

    /**
     * Closes idle connections. Calls in flight go on to their end; new ones are refused.
     */
    @Override
    public void close() {
        this.transport.close();
    }

}
