package io.github.x402spring.autoconfigure.security;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClient;

import io.github.x402spring.autoconfigure.security.AuthHints.OAuth2;
import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.transport.HttpTransport;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.Reply;
import io.github.x402spring.transport.RestPeer;

/**
 * Source of tokens that reads the metadata of an authorization server on first use, and
 * again every hour. While the metadata cannot be read, the source is unknown, and only
 * the one request that tries to read it waits. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414">RFC 8414</a>
 */
final class IssuerMetadata implements Supplier<@Nullable OAuth2> {

    private static final Logger logger = LoggerFactory.getLogger(IssuerMetadata.class);

    private static final Duration FRESH = Duration.ofHours(1);

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final int MAX_LENGTH = 256 * 1024;

    private static final WireJson JSON = new WireJson(MAX_LENGTH);

    private final URI issuer;

    private final String tokenType;

    private final RestPeer peer;

    private final Clock clock;

    private final AtomicBoolean reading = new AtomicBoolean();

    private volatile @Nullable OAuth2 known;

    private volatile Instant next;

    /**
     * Creates metadata, without a call to the server.
     * @param issuer the issuer's identifier
     * @param tokenType {@code Bearer} or {@code DPoP}
     * @param builder the client to start from; it is copied, and its request factory is
     * not used
     * @param clock the source of time
     */
    public IssuerMetadata(URI issuer, String tokenType, RestClient.Builder builder, Clock clock) {
        this.issuer = issuer;
        this.tokenType = tokenType;
        this.clock = clock;
        this.next = Instant.MIN;
        // One call an hour: what it leaves open closes itself.
        this.peer = new RestPeer(builder, new HttpTransport(Peer.ISSUER, 1, TIMEOUT), TIMEOUT, MAX_LENGTH);
    }

    @Override
    public @Nullable OAuth2 get() {
        Instant now = this.clock.instant();
        if (!now.isBefore(this.next) && this.reading.compareAndSet(false, true)) {
            try {
                this.known = read();
                this.next = now.plus(FRESH);
            }
            catch (IOException | MalformedJsonException | RuntimeException ex) {
                this.next = now.plus(PAUSE);
                logger.warn("The metadata of the authorization server cannot be read ({}); agents get no hint",
                        ex.getClass().getSimpleName());
            }
            finally {
                this.reading.set(false);
            }
        }
        return this.known;
    }

    private OAuth2 read() throws IOException, MalformedJsonException {
        Reply reply = this.peer.get(address());
        if (reply.status() != 200) {
            throw new IllegalStateException("There is no metadata");
        }
        Map<String, @Nullable Object> metadata = JSON.readObject(reply.body());
        // RFC 8414, section 3.3: metadata of another issuer is not trusted.
        if (!this.issuer.toString().equals(metadata.get("issuer"))
                || !(metadata.get("token_endpoint") instanceof String token)) {
            throw new IllegalStateException("The metadata is another issuer's, or names no token endpoint");
        }
        URI registration = (metadata.get("registration_endpoint") instanceof String text) ? URI.create(text) : null;
        return new OAuth2(this.tokenType, this.issuer, URI.create(token), registration);
    }

    /** The well-known part stands between host and path. */
    private URI address() {
        String path = (this.issuer.getRawPath() != null) ? this.issuer.getRawPath() : "";
        return this.issuer.resolve("/.well-known/oauth-authorization-server" + (path.equals("/") ? "" : path));
    }

}
