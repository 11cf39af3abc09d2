package io.github.x402spring.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.autoconfigure.X402Properties.Accept;
import io.github.x402spring.autoconfigure.X402Properties.Endpoint;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.gate.Verification;
import io.github.x402spring.security.PayerBinding;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402PropertiesTests {

    @Test
    void bindWhenNothingIsSetThenDefaults() {
        X402Properties properties = bind(Map.of());

        assertThat(properties.payTo()).isNull();
        assertThat(properties.network()).isEqualTo("base-sepolia");
        assertThat(properties.asset()).isNull();
        assertThat(properties.payments().maxTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(properties.resourceBaseUrl()).isNull();
        assertThat(properties.endpoints()).isEmpty();
        assertThat(properties.assets()).isEmpty();
        assertThat(properties.authorization()).isEqualTo(new X402Properties.Authorization("authenticated", null,
                new X402Properties.DecisionPoint(null, Duration.ofSeconds(1), 64),
                new X402Properties.DecisionPoint(null, Duration.ofSeconds(1), 64)));
        assertThat(properties.envelope()).isEqualTo(new X402Properties.Envelope(false, null));
        assertThat(properties.delegations()).isEmpty();
        assertThat(properties.authHints()).isEqualTo(new X402Properties.AuthHints(null, "Bearer", null, null));
        assertThat(properties.signIn()).isEqualTo(new X402Properties.SignIn(false, null, Duration.ofMinutes(5), null));
        assertThat(properties.facilitator())
            .isEqualTo(new X402Properties.Facilitator(null, null, false, Verification.BOTH, Duration.ofSeconds(2),
                    Duration.ofSeconds(3), Duration.ofSeconds(30), 64, List.of(), List.of(),
                    new X402Properties.Server(false, "/facilitator", List.of(), DataSize.ofKilobytes(64), 64, 600),
                    new X402Properties.CircuitBreaker(50, 20, Duration.ofSeconds(10))));
        assertThat(properties.web()).isEqualTo(new X402Properties.Web(DataSize.ofMegabytes(2), null,
                DataSize.ofMegabytes(1), DataSize.ofKilobytes(16), false, DataSize.ofKilobytes(6)));
    }

    @Test
    void bindWhenEverythingIsSetThenEverythingIsRead() {
        X402Properties properties = bind(Map.ofEntries(Map.entry("x402.pay-to", "0x01"),
                Map.entry("x402.network", "base"), Map.entry("x402.asset", "EURC"),
                Map.entry("x402.payments.max-timeout", "90s"),
                Map.entry("x402.resource-base-url", "https://api.example.com"),
                Map.entry("x402.authorization.default", "hasRole('A')"),
                Map.entry("x402.authorization.challenge", "DPoP"), Map.entry("x402.facilitator.type", "http"),
                Map.entry("x402.facilitator.url", "https://f"), Map.entry("x402.facilitator.verify", "local"),
                Map.entry("x402.facilitator.connect-timeout", "1s"), Map.entry("x402.facilitator.verify-timeout", "2s"),
                Map.entry("x402.facilitator.settle-timeout", "3s"),
                Map.entry("x402.facilitator.max-concurrent-calls", "4"),
                Map.entry("x402.facilitator.final-statuses", "mined"),
                Map.entry("x402.facilitator.allow-insecure", "true"),
                Map.entry("x402.facilitator.refusals-before-sending", "kyt_blocked"),
                Map.entry("x402.web.max-held-response", "6KB"), Map.entry("x402.web.max-held-memory", "9KB"),
                Map.entry("x402.web.max-request-body", "7KB"), Map.entry("x402.web.max-payment-header", "8KB"),
                Map.entry("x402.web.max-terms-header", "5KB"), Map.entry("x402.web.v1", "true"),
                Map.entry("x402.facilitator.server.enabled", "true"), Map.entry("x402.facilitator.server.path", "/pay"),
                Map.entry("x402.facilitator.server.pay-to", "0x05"),
                Map.entry("x402.facilitator.server.max-request-size", "9KB"),
                Map.entry("x402.facilitator.server.max-concurrent-requests", "10"),
                Map.entry("x402.facilitator.server.requests-per-minute", "11"),
                Map.entry("x402.authorization.opa.url", "http://opa"),
                Map.entry("x402.authorization.opa.timeout", "2s"),
                Map.entry("x402.authorization.opa.max-concurrent-calls", "3"),
                Map.entry("x402.authorization.authzen.url", "http://pdp"),
                Map.entry("x402.authorization.authzen.timeout", "4s"),
                Map.entry("x402.authorization.authzen.max-concurrent-calls", "5"),
                Map.entry("x402.auth-hints.issuer", "https://i"), Map.entry("x402.auth-hints.token-type", "DPoP"),
                Map.entry("x402.auth-hints.token-endpoint", "https://i/t"),
                Map.entry("x402.auth-hints.registration-endpoint", "https://i/r"),
                Map.entry("x402.sign-in.enabled", "true"), Map.entry("x402.sign-in.statement", "Hello"),
                Map.entry("x402.sign-in.nonce-lifetime", "1m"), Map.entry("x402.sign-in.nonce-key", "AA=="),
                Map.entry("x402.envelope.enabled", "true"),
                Map.entry("x402.envelope.contact", "https://shop.example.com/help")));

        assertThat(properties.payTo()).isEqualTo("0x01");
        assertThat(properties.network()).isEqualTo("base");
        assertThat(properties.asset()).isEqualTo("EURC");
        assertThat(properties.payments().maxTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(properties.resourceBaseUrl()).isEqualTo("https://api.example.com");
        assertThat(properties.authorization()).isEqualTo(new X402Properties.Authorization("hasRole('A')", "DPoP",
                new X402Properties.DecisionPoint(URI.create("http://opa"), Duration.ofSeconds(2), 3),
                new X402Properties.DecisionPoint(URI.create("http://pdp"), Duration.ofSeconds(4), 5)));
        assertThat(properties.envelope())
            .isEqualTo(new X402Properties.Envelope(true, URI.create("https://shop.example.com/help")));
        assertThat(properties.authHints()).isEqualTo(new X402Properties.AuthHints(URI.create("https://i"), "DPoP",
                URI.create("https://i/t"), URI.create("https://i/r")));
        assertThat(properties.signIn())
            .isEqualTo(new X402Properties.SignIn(true, "Hello", Duration.ofMinutes(1), "AA=="));
        assertThat(properties.facilitator()).isEqualTo(new X402Properties.Facilitator(FacilitatorType.HTTP, "https://f",
                true, Verification.LOCAL, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4,
                List.of("mined"), List.of("kyt_blocked"),
                new X402Properties.Server(true, "/pay", List.of("0x05"), DataSize.ofKilobytes(9), 10, 11),
                new X402Properties.CircuitBreaker(50, 20, Duration.ofSeconds(10))));
        assertThat(properties.web()).isEqualTo(new X402Properties.Web(DataSize.ofKilobytes(6), DataSize.ofKilobytes(9),
                DataSize.ofKilobytes(7), DataSize.ofKilobytes(8), true, DataSize.ofKilobytes(5)));
    }

    @Test
    void bindWhenEndpointIsSetThenItIsRead() {
        String prefix = "x402.endpoints.weather-report.";
        X402Properties properties = bind(Map.ofEntries(Map.entry(prefix + "price", "$1"),
                Map.entry(prefix + "network", "base"), Map.entry(prefix + "asset", "EURC"),
                Map.entry(prefix + "pay-to", "0x01"), Map.entry(prefix + "max-timeout", "1m"),
                Map.entry(prefix + "description", "what"), Map.entry(prefix + "mime-type", "text/plain"),
                Map.entry(prefix + "authorize", "permitAll"), Map.entry(prefix + "flow", "upfront"),
                Map.entry(prefix + "payer-binding", "same-wallet"), Map.entry(prefix + "idempotent", "true"),
                Map.entry(prefix + "payment-identifier", "required"), Map.entry(prefix + "accepts[0].price", "$2"),
                Map.entry(prefix + "accepts[0].network", "sei"), Map.entry(prefix + "accepts[0].asset", "USDC"),
                Map.entry(prefix + "accepts[0].pay-to", "0x02"), Map.entry(prefix + "accepts[0].scheme", "upto"),
                Map.entry(prefix + "scheme", "batch"), Map.entry(prefix + "tags[0]", "data")));

        assertThat(properties.endpoints()).containsExactly(Map.entry("weather-report",
                new Endpoint("$1", "base", "EURC", "0x01", Duration.ofMinutes(1), "batch",
                        List.of(new Accept("$2", "sei", "USDC", "0x02", "upto")), "what", "text/plain", "permitAll",
                        PaymentFlow.UPFRONT, PayerBinding.SAME_WALLET, List.of("data"), true,
                        PaymentIdentifierMode.REQUIRED)));
    }

    @Test
    void bindWhenDelegationIsSetThenItIsRead() {
        String prefix = "x402.delegations[0].";
        X402Properties properties = bind(Map.of(prefix + "id", "d", prefix + "caller", "ann", prefix + "payer", "0x04",
                prefix + "max-amount", "5", prefix + "expires-at", "2027-01-01T00:00:00Z"));

        assertThat(properties.delegations()).containsExactly(
                new X402Properties.Delegate("d", "ann", "0x04", "5", Instant.parse("2027-01-01T00:00:00Z")));
    }

    @Test
    void bindWhenTokenIsSetThenItIsRead() {
        X402Properties properties = bind(Map.of("x402.assets.EURC.network", "base", "x402.assets.EURC.address", "0x03",
                "x402.assets.EURC.name", "Euro", "x402.assets.EURC.version", "1", "x402.assets.EURC.decimals", "6"));

        assertThat(properties.assets())
            .containsExactly(Map.entry("EURC", new X402Properties.Token("base", "0x03", "Euro", "1", 6, false)));
    }

    @Test
    void bindWhenTokenHasNoVersionThenTwo() {
        assertThat(bind(Map.of("x402.assets.EURC.network", "base")).assets().get("EURC").version()).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.payTo", "x402.pay_to", "X402.PAY-TO" })
    void bindWhenNameIsRelaxedThenItIsRead(String name) {
        assertThat(bind(Map.of(name, "0x01")).payTo()).isEqualTo("0x01");
    }

    private static X402Properties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402", X402Properties.class);
    }

}
