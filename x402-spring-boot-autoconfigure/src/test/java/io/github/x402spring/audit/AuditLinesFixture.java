package io.github.x402spring.audit;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import io.github.x402spring.audit.AuditRecord.IdentityEstablished;

/**
 * Makes records whose callers are numbered.
 */
final class AuditLinesFixture {

    static final Instant NOW = Instant.parse("2026-11-21T19:00:00Z");

    private AuditLinesFixture() {
    }

    static AuditRecord record(int number) {
        return new IdentityEstablished(
                new AuditContext(NOW, "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, "good", "x402", "caller-" + number),
                "TestAuthentication");
    }

    static List<String> lines(AuditChain chain, int first, int last) {
        AuditLines lines = new AuditLines(chain);
        return IntStream.rangeClosed(first, last).mapToObj((number) -> lines.line(record(number))).toList();
    }

}
