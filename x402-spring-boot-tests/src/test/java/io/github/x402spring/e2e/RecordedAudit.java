package io.github.x402spring.e2e;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps the records of the audit.
 */
public final class RecordedAudit implements AuditSink {

    private static final List<String> SHARED = List.of("type", "at", "request_id", "client_request_id", "endpoint",
            "rail", "caller");

    private static final Map<String, Object> PAYMENT = Map.of("scheme", "exact", "network", "eip155:84532", "asset",
            "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "amount", "10000", "pay_to", PaidApp.PAY_TO, "payer",
            PaidApp.WALLET.address().toLowerCase(Locale.ROOT));

    private final List<AuditRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void write(AuditRecord record) {
        this.records.add(record);
    }

    public void clear() {
        this.records.clear();
    }

    public List<AuditRecord> records() {
        return List.copyOf(this.records);
    }

    /** Says what each record tells beside what all records of a request have to tell. */
    List<String> told(String clientRequestId, String endpoint, String caller) {
        return this.records.stream().map((record) -> {
            Map<String, Object> members = new TreeMap<>(record.toMap());
            assertThat(members).containsEntry("client_request_id", clientRequestId)
                .containsKey("request_id")
                .containsEntry("endpoint", endpoint)
                .containsEntry("caller", caller)
                .containsEntry("rail", "x402")
                .containsKey("at");
            members.keySet().removeAll(SHARED);
            if (record instanceof AuditRecord.PaymentRecorded) {
                assertThat(members).containsAllEntriesOf(PAYMENT);
                members.keySet().removeAll(PAYMENT.keySet());
            }
            return record.type() + members;
        }).toList();
    }

}
