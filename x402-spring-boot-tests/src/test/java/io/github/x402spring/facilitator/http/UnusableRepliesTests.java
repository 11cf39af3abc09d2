package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.client.RestClient;

import io.github.x402spring.transport.HttpTransport;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@ExtendWith(OutputCaptureExtension.class)
class UnusableRepliesTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong(-5);

    private final UnusableReplies replies = new UnusableReplies(this.nanos::get);

    private HostileFacilitatorServer server;

    @BeforeEach
    void start() {
        this.server = HostileFacilitatorServer.start();
    }

    @AfterEach
    void close() {
        this.server.close();
    }

    @ParameterizedTest
    @CsvSource({ "401, credentials", "403, credentials", "407, credentials", "404, x402.facilitator.url",
            "405, x402.facilitator.url" })
    void callWhenStatusNoPaymentCanChangeThenIsLoggedOnceWithAddressAndRemedy(int status, String remedy,
            CapturedOutput output) {
        this.server.on("/verify", HostileFacilitatorServer.json(status, "{\"error\":\"MARK\"}"));
        call(3);
        assertThat(warnings(output)).singleElement()
            .asString()
            .contains("status " + status, this.server.url() + "/verify", remedy)
            .doesNotContain("MARK", Operation.PAYER);
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 500, 503 })
    void callWhenReplyIsHtmlThenIsLoggedOnce(int status, CapturedOutput output) {
        this.server.on("/verify", HostileFacilitatorServer.document(status, "text/html", "<html>MARK</html>"));
        call(3);
        assertThat(warnings(output)).singleElement()
            .asString()
            .contains("an HTML page and status " + status, "HttpFacilitatorCustomizer", "x402.facilitator.url")
            .doesNotContain("MARK");
    }

    @Test
    void callWhenHtmlIsCalledJsonThenIsLogged(CapturedOutput output) {
        this.server.on("/verify", HostileFacilitatorServer.json("<!doctype html>"));
        call(1);
        assertThat(warnings(output)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 402, 429, 500, 503 })
    void callWhenReplyMayBeAnotherNextTimeThenIsNotLogged(int status, CapturedOutput output) {
        this.server.on("/verify", HostileFacilitatorServer.json(status, "{\"error\":\"x\"}"));
        call(1);
        assertThat(warnings(output)).isEmpty();
    }

    @Test
    void callWhenRefusedPaymentHasStatus403ThenIsAReplyAndNotLogged(CapturedOutput output) throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.json(403, Operation.VERIFY.refusing()));
        try (HttpFacilitator facilitator = facilitator()) {
            assertThat(Operation.VERIFY.call(facilitator)).isNotNull();
        }
        assertThat(warnings(output)).isEmpty();
    }

    @Test
    void callWhenTwoKindsThenEachIsLogged(CapturedOutput output) {
        this.server.on("/verify", HostileFacilitatorServer.sequence(HostileFacilitatorServer.json(401, "{}"),
                HostileFacilitatorServer.json(404, "{}"), HostileFacilitatorServer.json(401, "{}")));
        call(3);
        assertThat(warnings(output)).hasSize(2);
    }

    @Test
    void logWhenItRecursWithinTheHourThenIsCountedAndSaidAfterwards(CapturedOutput output) throws Exception {
        Reply reply = reply();
        URI address = URI.create("https://facilitator.example/verify");
        this.replies.log(address, reply);
        for (int i = 0; i < 41; i++) {
            this.nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
            this.replies.log(address, reply);
        }
        assertThat(warnings(output)).hasSize(1);
        this.nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        this.replies.log(address, reply);
        assertThat(warnings(output)).hasSize(2).last().asString().contains("42 times");
        this.replies.log(address, reply);
        assertThat(warnings(output)).hasSize(2);
    }

    private Reply reply() throws Exception {
        this.server.on("/", HostileFacilitatorServer.withHeaders(401, Map.of(), "{}"));
        try (HttpTransport transport = new HttpTransport(Peer.FACILITATOR, 1, LONG)) {
            return transport.post(this.server.url(), new byte[0], LONG, 100);
        }
    }

    private void call(int times) {
        try (HttpFacilitator facilitator = facilitator()) {
            for (int i = 0; i < times; i++) {
                assertThat(catchThrowable(() -> Operation.VERIFY.call(facilitator))).isNotNull();
            }
        }
    }

    private HttpFacilitator facilitator() {
        return new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(this.server.url(), LONG, LONG, LONG, List.of()), List.of());
    }

    private static List<String> warnings(CapturedOutput output) {
        return output.toString().lines().filter((line) -> line.contains("UnusableReplies")).toList();
    }

}
