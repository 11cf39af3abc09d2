package io.github.x402spring.autoconfigure.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.autoconfigure.X402AuditProperties;
import io.github.x402spring.autoconfigure.X402Properties;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402SanitizerAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(X402SanitizerAutoConfiguration.class));

    @ParameterizedTest
    @ValueSource(strings = { "x402.evm.relayer-key", "x402.evm.relayer-keys[0]", "X402_EVM_RELAYERKEY",
            "x402.evm.keystore.password", "x402.evm.rpc-url", "x402.evm.networks.base.rpc-urls[1]",
            "x402.evm.networks.base.rpcUrls", "X402_EVM_RPCURL", "x402.ledger.keep-response.key",
            "X402_LEDGER_KEEPRESPONSE_KEY", "x402.ledger.keepResponse.key", "x402.sign-in.nonce-key",
            "X402_SIGNIN_NONCEKEY", "X402_OBSERVATIONS_PAYERKEY", "X402_AUDIT_HASHCHAIN_KEY",
            "x402.audit.hash-chain.key" })
    void sanitizeWhenSecretThenIsHidden(String name) {
        this.runner.run((context) -> assertThat(sanitized(context.getBean(SanitizingFunction.class), name))
            .isEqualTo(SanitizableData.SANITIZED_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.evm.confirmations", "x402.pay-to", "x402.evm.keystore.location", "x402.ledger.type",
            "x402.sign-in.enabled" })
    void sanitizeWhenNoSecretThenIsShown(String name) {
        this.runner.run(
                (context) -> assertThat(sanitized(context.getBean(SanitizingFunction.class), name)).isEqualTo("value"));
    }

    /** Secrets are named for what they are, so that a new one is not forgotten. */
    @Test
    void sanitizeWhenAPropertyIsNamedForASecretThenIsHidden() throws IOException {
        SecretSanitizer sanitizer = new SecretSanitizer();
        List<String> secrets = new ArrayList<>();
        try (InputStream metadata = X402Properties.class
            .getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            JsonMapper.shared()
                .readTree(metadata)
                .path("properties")
                .forEach((property) -> secrets.add(property.path("name").asString()));
        }
        secrets.removeIf((name) -> !name.matches(".*(key|password|secret|token)s?"));
        assertThat(secrets).contains("x402.sign-in.nonce-key", "x402.evm.relayer-keys", "x402.observations.payer-key")
            .allSatisfy((name) -> assertThat(sanitized(sanitizer, name)).isEqualTo(SanitizableData.SANITIZED_VALUE));
    }

    @Test
    void propertiesWhenPrintedThenNameNoSecret() {
        X402Properties.SignIn signIn = new X402Properties.SignIn(true, null, Duration.ofMinutes(5), "secret");
        assertThat(signIn.toString()).doesNotContain("secret");
        assertThat(new X402AuditProperties.HashChain(true, "secret").toString()).doesNotContain("secret");
    }

    @Test
    void whenActuatorIsMissingThenStarts() {
        this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("x402SanitizingFunction"));
    }

    private static Object sanitized(SanitizingFunction function, String name) {
        MapPropertySource source = new MapPropertySource("test", Map.of(name, "value"));
        return function.apply(new SanitizableData(source, name, "value")).getValue();
    }

}
