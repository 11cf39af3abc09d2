package io.github.x402spring.autoconfigure.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.autoconfigure.security.AuthHints.OAuth2;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class IssuerMetadataTests {

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final SteppedClock clock = new SteppedClock();

    private volatile String document = "";

    private HttpServer server;

    private String origin;

    @BeforeEach
    void start() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.server.createContext("/", (exchange) -> {
            this.asked.add(exchange.getRequestURI().getPath());
            byte[] bytes = this.document.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        this.server.start();
        this.origin = "http://localhost:" + this.server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        this.server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/tenant" })
    void getWhenTheIssuerDescribesItselfThenItsEndpoints(String path) {
        describe(this.origin + path, "https://login.example/token");
        OAuth2 found = metadata(path).get();
        assertThat(found).isEqualTo(new OAuth2("DPoP", URI.create(this.origin + path),
                URI.create("https://login.example/token"), URI.create("https://login.example/register")));
        assertThat(this.asked).containsExactly("/.well-known/oauth-authorization-server" + path);
    }

    @Test
    void getWhenAskedAgainThenReadOnceAnHour() {
        describe(this.origin, "https://login.example/token");
        IssuerMetadata metadata = metadata("");
        metadata.get();
        this.clock.step(Duration.ofMinutes(59));
        metadata.get();
        assertThat(this.asked).hasSize(1);
        describe(this.origin, "https://login.example/moved");
        this.clock.step(Duration.ofMinutes(2));
        assertThat(metadata.get()).extracting(OAuth2::tokenEndpoint)
            .isEqualTo(URI.create("https://login.example/moved"));
    }

    @Test
    void getWhenSomebodyElseAnswersThenNothing() {
        describe("https://evil.example", "https://evil.example/token");
        assertThat(metadata("").get()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{}", "<html>", "[]" })
    void getWhenTheAnswerIsNonsenseThenNothingUntilTriedAgain(String nonsense) {
        this.document = nonsense;
        IssuerMetadata metadata = metadata("");
        assertThat(metadata.get()).isNull();
        describe(this.origin, "https://login.example/token");
        assertThat(metadata.get()).isNull();
        this.clock.step(Duration.ofSeconds(31));
        assertThat(metadata.get()).isNotNull();
        assertThat(this.asked).hasSize(2);
    }

    @Test
    void getWhenTheIssuerGoesAwayThenWhatWasKnown() {
        describe(this.origin, "https://login.example/token");
        IssuerMetadata metadata = metadata("");
        metadata.get();
        this.server.stop(0);
        this.clock.step(Duration.ofHours(2));
        assertThat(metadata.get()).isNotNull();
    }

    private void describe(String issuer, String tokenEndpoint) {
        this.document = "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + tokenEndpoint
                + "\",\"registration_endpoint\":\"https://login.example/register\"}";
    }

    private IssuerMetadata metadata(String path) {
        return new IssuerMetadata(URI.create(this.origin + path), "DPoP", RestClient.builder(), this.clock);
    }

    private static final class SteppedClock extends Clock {

        private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

        void step(Duration duration) {
            this.now = this.now.plus(duration);
        }

        @Override
        public Instant instant() {
            return this.now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

    }

}
