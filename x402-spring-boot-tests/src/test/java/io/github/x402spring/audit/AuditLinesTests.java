package io.github.x402spring.audit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.audit.AuditChain.Hash;
import io.github.x402spring.audit.AuditChain.Link;
import io.github.x402spring.audit.AuditRecord.IdentityEstablished;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AuditLinesTests {

    private static final String KEY = "0123456789abcdef";

    @Test
    void lineWhenThereIsNoChainThenIsTheRecordAlone() {
        assertThat(new AuditLines(null).line(AuditLinesFixture.record(1)))
            .isEqualTo("{\"type\":\"identity_established\",\"at\":\"2026-11-21T19:00:00Z\","
                    + "\"request_id\":\"8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11\",\"endpoint\":\"good\","
                    + "\"rail\":\"x402\",\"caller\":\"caller-1\",\"authentication\":\"TestAuthentication\"}");
    }

    @Test
    void lineWhenThereIsAChainThenIsTheRecordAndItsPlace() {
        AuditLines lines = new AuditLines(AuditChain.begin(null, null));
        String first = lines.line(AuditLinesFixture.record(1));
        String second = lines.line(AuditLinesFixture.record(1));
        assertThat(first).startsWith(unended(new AuditLines(null).line(AuditLinesFixture.record(1))) + ",\"chain\":");
        assertThat(Link.of(second).previous()).isEqualTo(Link.of(first).hash());
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\nb", "a\r\nb", "a\"b", "a\\", "\u0000\u001b", "a\u2028b", "a\u2029b", "a\u0085b",
            "İstanbul \uD83D\uDE00",
            "x\",\"chain\":\"00000000-0000-0000-0000-000000000000\",\"sequence\":0,\"previous\":\"",
            "\"}\n{\"type\":\"forged\"}" })
    void lineWhenACallerIsNamedToForgeLinesThenIsOneLineThatHolds(String caller) {
        AuditLines lines = new AuditLines(AuditChain.begin(KEY, null));
        String line = lines.line(named(caller));
        assertThat(line).doesNotContain("\n", "\r", "\"forged\"");
        assertThat(Link.of(line).sequence()).isZero();
        assertThat(Link.of(line).holds(Hash.of(KEY))).isTrue();
        assertThat(Link.of(lines.line(named("ann"))).previous()).isEqualTo(Link.of(line).hash());
    }

    private static AuditRecord named(String caller) {
        return new IdentityEstablished(
                new AuditContext(AuditLinesFixture.NOW, "id", null, "good", "x402", caller, null),
                "TestAuthentication");
    }

    private static String unended(String object) {
        return object.substring(0, object.length() - 1);
    }

}
