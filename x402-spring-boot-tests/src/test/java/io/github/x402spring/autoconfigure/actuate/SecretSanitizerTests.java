package io.github.x402spring.autoconfigure.actuate;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SecretSanitizerTests {

    private final SecretSanitizer sanitizer = new SecretSanitizer();

    @ParameterizedTest
    @ValueSource(strings = { "x402.evm.relayer-key", "x402.evm.relayerKey", "x402.evm.relayer_key",
            "X402_EVM_RELAYER_KEY", "x402.evm.relayer-keys[0]", "X402_EVM_RELAYERKEYS_0_", "x402.evm.keystore.password",
            "x402.evm.networks[eip155:8453].rpc-urls[0]", "X402_EVM_NETWORKS_BASE_RPCURLS_0", "config.x402.evm.rpc-url",
            "x402.ledger.keep-response.key", "x402.audit.hash-chain.key", "x402.observations.payer-key",
            "x402.sign-in.nonce-key" })
    void applyWhenTheNameIsASecretsInAnySpellingThenIsHidden(String name) {
        assertThat(sanitize(name, "0xsecret").getValue()).isEqualTo(SanitizableData.SANITIZED_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.evm.confirmations", "x402.ledger.keep-response.enabled",
            "x402.audit.hash-chain.enabled", "x402.evm.keystore.location", "x402.sign-in.nonce-lifetime",
            "x402.ledger.redis.key-prefix", "spring.application.name" })
    void applyWhenTheNameIsNoSecretsThenIsShown(String name) {
        assertThat(sanitize(name, "value").getValue()).isEqualTo("value");
    }

    @Test
    void applyWhenASecretIsHiddenThenItsNameStays() {
        assertThat(sanitize("x402.evm.relayer-key", "0xsecret").getKey()).isEqualTo("x402.evm.relayer-key");
    }

    private SanitizableData sanitize(String name, String value) {
        return this.sanitizer
            .apply(new SanitizableData(new MapPropertySource("test", Map.of(name, value)), name, value));
    }

}
