package io.github.x402spring.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.x402spring.audit.AuditRecord.IdentityEstablished;
import io.github.x402spring.audit.AuditRecord.OperatorActed;
import io.github.x402spring.audit.AuditRecord.PaymentEnded;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.reconcile.UnknownPaymentEnded;

/**
 * Records whose callers are numbered.
 */
public final class AuditLinesFixture {

    public static final Instant NOW = Instant.parse("2026-11-21T19:00:00Z");

    private AuditLinesFixture() {
    }

    public static AuditRecord record(int number) {
        return new IdentityEstablished(new AuditContext(NOW, "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, "good",
                "x402", "caller-" + number, null), "TestAuthentication");
    }

    public static AuditRecord acted() {
        return new OperatorActed(new AuditContext(NOW, "", null, "", "x402", "root", null),
                new OperatorAction(NOW, "root", "endpoint_paused", Map.of("endpoint", "report")));
    }

    public static AuditRecord ended() {
        PaymentRequirements terms = new PaymentRequirements("exact", Network.parse("eip155:8453"),
                TokenAmount.of(10_000), "0xa", "0xb", 60, Map.of());
        return new PaymentEnded(new AuditContext(NOW, "", null, "", "x402", null, null),
                new UnknownPaymentEnded(new PaymentKey(terms.network(), "0xa", "0xc", "0x1"), StoredTerms.of(terms),
                        PaymentState.SETTLED, "0xd", NOW.plusSeconds(60)));
    }

    static List<String> lines(AuditChain chain, int first, int last) {
        AuditLines lines = new AuditLines(chain);
        return IntStream.rangeClosed(first, last).mapToObj((number) -> lines.line(record(number))).toList();
    }

}
