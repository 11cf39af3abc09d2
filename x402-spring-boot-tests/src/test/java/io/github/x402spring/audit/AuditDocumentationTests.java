package io.github.x402spring.audit;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.GeneratedTable;
import io.github.x402spring.audit.AuditRecord.IdentityEstablished;
import io.github.x402spring.audit.AuditRecord.PaymentRecorded;
import io.github.x402spring.audit.AuditRecord.PolicyDecided;
import io.github.x402spring.audit.AuditRecord.ResourceReturned;
import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AuditDocumentationTests {

    private static final AuditContext CONTEXT = new AuditContext(AuditLinesFixture.NOW, "id", "trace", "good", "x402",
            "caller", null);

    private static final Map<AuditRecord, String> RECORDS = Map.of(
            new IdentityEstablished(CONTEXT, "JwtAuthenticationToken"), "The caller is known.",
            new PolicyDecided(CONTEXT, false, Reason.FORBIDDEN,
                    List.of(new PolicyRuling(false, "policy", "cause",
                            List.of(new PolicyObligation("audit", Map.of("score", 7)))))),
            "A policy said yes or no to a verified payment, or something else that guards the endpoint said no.",
            new PaymentRecorded(CONTEXT, "settled", Reason.FORBIDDEN,
                    new ClaimedPayment(new PaymentRequirements("exact", Network.parse("eip155:8453"),
                            TokenAmount.of(10_000), "0xa", "0xb", 60, Map.of()), "0xc", true),
                    "0xd", new FacilitatorRemark("blocked", "Wallet on a list", "7")),
            "A payment is about to be settled, or has an outcome.",
            new ResourceReturned(CONTEXT, 200, new DeliveredResponse(Delivery.WHOLE, 4, "digest", false)),
            "The response has left, or a part of it.", AuditLinesFixture.acted(),
            "An operator did something while the application ran; `caller` is the operator. It has no `request_id` and `endpoint`.",
            AuditLinesFixture.ended(),
            "A payment of unknown outcome ended outside of any request. It has no `request_id`, `endpoint` and `caller`.");

    @Test
    void recordsWhenDocumentedThenAsInTheCode() throws IOException {
        List<String> rows = RECORDS.entrySet()
            .stream()
            .sorted((one, other) -> one.getKey().type().compareTo(other.getKey().type()))
            .map((entry) -> GeneratedTable.row("`" + entry.getKey().type() + "`", entry.getValue(),
                    members(entry.getKey())))
            .toList();
        assertThat(rows).hasSize(AuditRecord.class.getPermittedSubclasses().length);
        new GeneratedTable("audit.md", "records").assertRows("| record | what | members |", rows);
    }

    private static String members(AuditRecord record) {
        StringJoiner members = new StringJoiner(", ");
        Map<String, Object> own = record.toMap();
        own.keySet()
            .removeAll(
                    List.of("type", "at", "request_id", "client_request_id", "trace_id", "endpoint", "rail", "caller"));
        describe(own, "", members);
        return members.toString();
    }

    private static void describe(Map<?, ?> object, String prefix, StringJoiner members) {
        object.forEach((name, value) -> {
            String path = prefix + name;
            if (value instanceof List<?> items && items.get(0) instanceof Map<?, ?> item) {
                describe(item, path + "[].", members);
            }
            else {
                members.add("`" + path + "`");
            }
        });
    }

}
