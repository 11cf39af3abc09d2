package io.github.x402spring.autoconfigure.webmvc;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.PaidEndpointSettings.Endpoint;
import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;
import io.github.x402spring.exchange.PaymentIdentifierMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class PaidEndpointSettingsBuilderTests {

    private final Map<String, String> properties = new HashMap<>();

    @Test
    void buildWhenOnlyTheRecipientIsNamedThenHasTheDefaults() {
        set("x402.pay-to", "0x1");
        PaidEndpointSettings settings = build();
        assertThat(settings.defaults()).isEqualTo(new Offer(null, "base-sepolia", null, "0x1", 300L, null));
        assertThat(settings.endpoints()).isEmpty();
        assertThat(settings.resourceOrigin()).isNull();
        assertThat(settings.defaultRule()).isEqualTo("authenticated");
        assertThat(settings.servletPath()).isEqualTo("/api");
        assertThat(settings.identifier()).isEqualTo(PaymentIdentifierMode.REQUIRED);
    }

    @Test
    void buildWhenAnEndpointIsConfiguredThenEachPartIsItsOwn() {
        set("x402.endpoints.report.price", "$1");
        set("x402.endpoints.report.network", "base");
        set("x402.endpoints.report.asset", "EURC");
        set("x402.endpoints.report.pay-to", "0x2");
        set("x402.endpoints.report.max-timeout", "90s");
        set("x402.endpoints.report.scheme", "batch");
        set("x402.endpoints.report.description", "Daily figures");
        set("x402.endpoints.report.mime-type", "text/csv");
        set("x402.endpoints.report.authorize", "permitAll");
        set("x402.endpoints.report.flow", "upfront");
        set("x402.endpoints.report.tags", "data,all,data");
        set("x402.endpoints.report.idempotent", "true");
        set("x402.endpoints.report.payment-identifier", "required");
        Endpoint endpoint = build().endpoints().get("report");
        assertThat(endpoint.offer()).isEqualTo(new Offer("$1", "base", "EURC", "0x2", 90L, "batch"));
        assertThat(endpoint.description()).isEqualTo("Daily figures");
        assertThat(endpoint.mimeType()).isEqualTo("text/csv");
        assertThat(endpoint.authorize()).isEqualTo("permitAll");
        assertThat(endpoint.flow()).isEqualTo(PaymentFlow.UPFRONT);
        assertThat(endpoint.tags()).containsExactlyInAnyOrder("data", "all");
        assertThat(endpoint.idempotent()).isTrue();
        assertThat(endpoint.identifier()).isEqualTo(PaymentIdentifierMode.REQUIRED);
    }

    @Test
    void buildWhenAnEndpointSaysLittleThenTheRestIsLeftToOthers() {
        set("x402.endpoints.report.price", "$1");
        Endpoint endpoint = build().endpoints().get("report");
        assertThat(endpoint.offer()).isEqualTo(new Offer("$1", null, null, null, null, null));
        assertThat(endpoint.authorize()).isNull();
        assertThat(endpoint.flow()).isNull();
        assertThat(endpoint.idempotent()).isNull();
        assertThat(endpoint.identifier()).isNull();
    }

    @Test
    void buildWhenThereAreSeveralWaysToPayThenAreInTheirOrder() {
        set("x402.endpoints.report.accepts[0].price", "$1");
        set("x402.endpoints.report.accepts[0].network", "base");
        set("x402.endpoints.report.accepts[1].asset", "EURC");
        set("x402.endpoints.report.accepts[1].pay-to", "0x2");
        set("x402.endpoints.report.accepts[1].scheme", "batch");
        assertThat(build().endpoints().get("report").accepts()).containsExactly(
                new Offer("$1", "base", null, null, null, null), new Offer(null, null, "EURC", "0x2", null, "batch"));
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example.com,https://api.example.com", "https://api.example.com/,https://api.example.com",
            "http://localhost:8080,http://localhost:8080", "HTTPS://Api.Example.com:443/,https://api.example.com",
            "https://api.example.com/prefix,https://api.example.com/prefix",
            "https://api.example.com/shopping,https://api.example.com/shopping",
            "https://api.example.com/v1/,https://api.example.com/v1", "'',", "' '," })
    void originWhenItCanBeUsedThenHasNoTrailingSlash(String text, String origin) {
        set("x402.resource-base-url", text);
        assertThat(build().resourceOrigin()).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(strings = { "api.example.com", "//api.example.com", "ftp://api.example.com", "javascript:alert(1)",
            "https://", "https:///x", "https://api.example.com?token=secret", "https://api.example.com#secret",
            "https://user:secret@api.example.com", "https://api example.com/secret" })
    void originWhenItCannotBeUsedThenIsNotQuoted(String text) {
        set("x402.resource-base-url", text);
        InvalidX402ConfigurationException failure = failure();
        assertThat(failure).hasMessage("The public origin of this server cannot be used").hasNoCause();
        assertThat(failure.action()).contains("x402.resource-base-url").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example.com/shop,context path", "https://api.example.com/shop/,context path",
            "https://api.example.com/v1/shop,context path", "https://api.example.com/api,dispatcher servlet",
            "https://api.example.com/shop/api,context path", "https://api.example.com/%61pi,dispatcher servlet" })
    void originWhenItRepeatsAPathOfThisServerThenRefused(String text, String which) {
        set("x402.resource-base-url", text);
        assertThat(failure()).hasMessageContaining(which);
        assertThat(failure().action()).contains("x402.resource-base-url", "server.servlet.context-path");
    }

    @ParameterizedTest
    @CsvSource({ "1s,true", "999ms,false", "0s,false", "-5m,false" })
    void timeoutWhenLessThanASecondThenRefused(String timeout, boolean taken) {
        set("x402.payments.max-timeout", timeout);
        assertThat(failure() == null).isEqualTo(taken);
    }

    private void set(String property, String value) {
        this.properties.put(property, value);
    }

    private PaidEndpointSettings build() {
        set("x402.payments.identifier", "required");
        return PaidEndpointSettingsBuilder.build(new Binder(new MapConfigurationPropertySource(this.properties))
            .bindOrCreate("x402", X402Properties.class), "/shop", "/api");
    }

    private InvalidX402ConfigurationException failure() {
        return catchThrowableOfType(InvalidX402ConfigurationException.class, this::build);
    }

}
