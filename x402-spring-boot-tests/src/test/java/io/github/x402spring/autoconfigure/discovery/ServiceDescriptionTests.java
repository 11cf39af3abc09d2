package io.github.x402spring.autoconfigure.discovery;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.discovery.DiscoveryCatalog.Service;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceDescriptionTests {

    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void serviceWhenNothingIsConfiguredThenNamesApplication() {
        Service service = describe("Bearer", false);
        assertThat(service.title()).isEqualTo("shop");
        assertThat(service.origin()).isNull();
        assertThat(service.contact()).isEmpty();
        assertThat(service.docs()).containsEntry("apiReference", "/a/openapi.json");
        assertThat(service.guidance()).contains("PAYMENT-SIGNATURE");
        assertThat(service.securitySchemes()).isEqualTo(Map.of("bearer", Map.of("type", "http", "scheme", "bearer")));
    }

    @Test
    void serviceWhenContactOfEnvelopesIsMailThenUsesIt() {
        this.environment.setProperty("x402.envelope.contact", "mailto:help@example.com");
        assertThat(describe("Bearer", false).contact()).isEqualTo(Map.of("email", "help@example.com"));
    }

    @Test
    void serviceWhenTokensHaveIssuerThenHintsAtIt() {
        this.environment.setProperty("x402.auth-hints.issuer", "https://login.example.com");
        assertThat(describe("DPoP algs=\"ES256\"", true).securitySchemes()).containsOnlyKeys("dpop", "siwx")
            .hasToString("{dpop={type=http, scheme=dpop, x-auth-hints=[{type=oauth2, tokenType=Bearer, "
                    + "authorizationServer=https://login.example.com}]}, siwx={type=apiKey, in=header, "
                    + "name=SIGN-IN-WITH-X, x-agentcash-auth-kind=siwx}}");
    }

    private Service describe(String challenge, boolean signIn) {
        Binder binder = Binder.get(this.environment);
        return new ServiceDescription(binder.bindOrCreate("x402.discovery", X402DiscoveryProperties.class),
                binder.bindOrCreate("x402", X402Properties.class))
            .service("shop", "/a", challenge, signIn);
    }

}
