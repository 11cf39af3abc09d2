package io.github.x402spring.autoconfigure.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;

import io.github.x402spring.audit.AuditContext;
import io.github.x402spring.audit.AuditLinesFixture;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditRecord.IdentityEstablished;
import io.github.x402spring.audit.AuditRecord.PaymentRecorded;
import io.github.x402spring.audit.AuditRecord.PolicyDecided;
import io.github.x402spring.audit.AuditRecord.ResourceReturned;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.protocol.FacilitatorRemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

@Tag("locale")
class RepositoryAuditSinkTests {

    private static final AuditContext UNKNOWN = new AuditContext(AuditLinesFixture.NOW, "id", null, "report", "x402",
            null, null);

    private final List<Object> published = new ArrayList<>();

    private final RepositoryAuditSink sink = new RepositoryAuditSink(this.published::add);

    @Test
    void writeWhenTheCallerIsKnownThenIsThePrincipalAndNothingIsSaidTwice() {
        AuditEvent event = write(AuditLinesFixture.record(7));
        assertThat(event.getPrincipal()).isEqualTo("caller-7");
        assertThat(event.getTimestamp()).isEqualTo(AuditLinesFixture.NOW);
        assertThat(event.getData()).containsOnly(entry("request_id", "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11"),
                entry("endpoint", "good"), entry("rail", "x402"), entry("authentication", "TestAuthentication"));
    }

    @Test
    void writeWhenNobodyKnowsTheCallerThenThePrincipalIsUnknown() {
        assertThat(write(new ResourceReturned(UNKNOWN, 200, DeliveredResponse.NONE)).getPrincipal())
            .isEqualTo("<unknown>");
    }

    @ParameterizedTest
    @MethodSource
    void writeWhenOfAKindThenTheTypeSaysWhich(AuditRecord record, String type) {
        assertThat(write(record).getType()).isEqualTo(type);
    }

    static Stream<Arguments> writeWhenOfAKindThenTheTypeSaysWhich() {
        return Stream.of(Arguments.of(new IdentityEstablished(UNKNOWN, "T"), "X402_IDENTITY_ESTABLISHED"),
                Arguments.of(new PolicyDecided(UNKNOWN, true, null, List.of()), "X402_POLICY_DECIDED"),
                Arguments.of(new PaymentRecorded(UNKNOWN, "settled", null, null, null, FacilitatorRemark.NONE),
                        "X402_PAYMENT_EVENT"),
                Arguments.of(AuditLinesFixture.acted(), "X402_OPERATOR_ACTION"),
                Arguments.of(new ResourceReturned(UNKNOWN, 200, DeliveredResponse.NONE), "X402_RESOURCE_RETURNED"),
                Arguments.of(AuditLinesFixture.ended(), "X402_PAYMENT_ENDED"));
    }

    private AuditEvent write(AuditRecord record) {
        this.sink.write(record);
        return ((AuditApplicationEvent) this.published.get(0)).getAuditEvent();
    }

}
