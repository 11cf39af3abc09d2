package io.github.x402spring.autoconfigure;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.autoconfigure.X402AuditProperties.Scope;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402AuditPropertiesTests {

    @Test
    void bindWhenNothingIsSaidThenPaymentsAreRecordedAndNothingIsWritten() {
        X402AuditProperties properties = bind(Map.of());
        assertThat(properties.enabled()).isTrue();
        assertThat(properties.scope()).isEqualTo(Scope.PAYMENTS);
        assertThat(properties.strict()).isFalse();
        assertThat(properties.log()).isFalse();
        assertThat(properties.file()).isNull();
        assertThat(properties.hashChain().enabled()).isFalse();
        assertThat(properties.hashChain().key()).isNull();
    }

    @Test
    void bindWhenAllIsSaidThenAllOfIt() {
        X402AuditProperties properties = bind(Map.of("x402.audit.enabled", "false", "x402.audit.scope", "all",
                "x402.audit.strict", "true", "x402.audit.log", "true", "x402.audit.file", "audit/x402.jsonl",
                "x402.audit.hash-chain.enabled", "true", "x402.audit.hash-chain.key", "0123456789abcdef"));
        assertThat(properties).isEqualTo(new X402AuditProperties(false, Scope.ALL, true, true,
                Path.of("audit/x402.jsonl"), new X402AuditProperties.HashChain(true, "0123456789abcdef")));
    }

    @Test
    void printWhenThereIsAKeyThenItIsHidden() {
        X402AuditProperties properties = bind(
                Map.of("x402.audit.hash-chain.enabled", "true", "x402.audit.hash-chain.key", "0123456789abcdef"));
        assertThat(properties.toString()).contains("HashChain[enabled=true, key=******]").doesNotContain("0123456789");
    }

    @Test
    void printWhenThereIsNoKeyThenSaysSo() {
        assertThat(bind(Map.of()).toString()).contains("HashChain[enabled=false, key=null]");
    }

    private static X402AuditProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("x402.audit",
                X402AuditProperties.class);
    }

}
