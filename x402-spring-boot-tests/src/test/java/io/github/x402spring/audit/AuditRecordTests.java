package io.github.x402spring.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
import static org.assertj.core.api.Assertions.entry;

@Tag("locale")
class AuditRecordTests {

    private static final AuditContext KNOWN = new AuditContext(AuditLinesFixture.NOW, "id", "trace", "report", "x402",
            "ann", "theirs");

    private static final AuditContext UNKNOWN = new AuditContext(AuditLinesFixture.NOW, "id", null, "report", "x402",
            null, null);

    private static final ClaimedPayment PAYMENT = new ClaimedPayment(
            new PaymentRequirements("exact", Network.parse("base"),
                    TokenAmount
                        .tryParse("115792089237316195423570985008687907853269984665640564039457584007913129639935")
                        .orElseThrow(),
                    "0xa", "0xb", 60, Map.of("name", "secret")),
            "0xpayer", true);

    @Test
    void toMapWhenAllIsKnownThenBeginsWithWhatAllRecordsShare() {
        assertThat(new IdentityEstablished(KNOWN, "Jwt").toMap()).containsExactly(entry("type", "identity_established"),
                entry("at", "2026-11-21T19:00:00Z"), entry("request_id", "id"), entry("client_request_id", "theirs"),
                entry("trace_id", "trace"), entry("endpoint", "report"), entry("rail", "x402"), entry("caller", "ann"),
                entry("authentication", "Jwt"));
    }

    @Test
    void toMapWhenSomethingIsUnknownThenIsMissing() {
        assertThat(new ResourceReturned(UNKNOWN, 402, DeliveredResponse.NONE).toMap()).containsExactly(
                entry("type", "resource_returned"), entry("at", "2026-11-21T19:00:00Z"), entry("request_id", "id"),
                entry("endpoint", "report"), entry("rail", "x402"), entry("status", 402), entry("delivery", "none"),
                entry("bytes", 0L));
    }

    @Test
    void toMapWhenAPaymentEndedOutsideOfAnyRequestThenNoneIsNamed() {
        assertThat(AuditLinesFixture.ended().toMap()).containsExactly(entry("type", "payment_ended"),
                entry("at", "2026-11-21T19:00:00Z"), entry("rail", "x402"), entry("state", "settled"),
                entry("scheme", "exact"), entry("network", "eip155:8453"), entry("asset", "0xa"),
                entry("amount", "10000"), entry("pay_to", "0xb"), entry("payer", "0xc"),
                entry("valid_before", "2026-11-21T19:01:00Z"), entry("transaction", "0xd"));
    }

    @Test
    void toMapWhenAnAnswerLeftThenHasItsLengthAndDigest() {
        DeliveredResponse answer = new DeliveredResponse(Delivery.BROKEN, 7, "ab", false);
        assertThat(new ResourceReturned(UNKNOWN, 200, answer).toMap()).containsEntry("delivery", "broken")
            .containsEntry("bytes", 7L)
            .containsEntry("sha256", "ab");
    }

    @Test
    void toMapWhenAPaymentIsKnownThenHasItsTermsToTheLastDigit() {
        Map<String, Object> members = new PaymentRecorded(UNKNOWN, "settled", null, PAYMENT, "0xt",
                FacilitatorRemark.NONE)
            .toMap();
        assertThat(members).containsEntry("event", "settled")
            .containsEntry("scheme", "exact")
            .containsEntry("network", "eip155:8453")
            .containsEntry("asset", "0xa")
            .containsEntry("amount", PAYMENT.terms().amount().toString())
            .containsEntry("pay_to", "0xb")
            .containsEntry("payer", "0xpayer")
            .containsEntry("verified", true)
            .containsEntry("transaction", "0xt")
            .doesNotContainKey("reason");
        assertThat(members.toString()).doesNotContain("secret");
    }

    @Test
    void toMapWhenNoPaymentWasPresentedThenNamesNone() {
        assertThat(
                new PaymentRecorded(UNKNOWN, "challenged", Reason.PAYMENT_REQUIRED, null, null, FacilitatorRemark.NONE)
                    .toMap())
            .containsEntry("reason", "payment_required")
            .doesNotContainKeys("payer", "amount", "verified", "transaction");
    }

    @Test
    void toMapWhenAFacilitatorRefusedThenHasWhatItSaidAndNoMoreThanThat() {
        FacilitatorRemark remark = new FacilitatorRemark("blocked", "Wallet on a list", "");
        assertThat(new PaymentRecorded(UNKNOWN, "refused", Reason.PAYMENT_REJECTED, PAYMENT, null, remark).toMap())
            .containsEntry("facilitator_reason", "blocked")
            .containsEntry("facilitator_message", "Wallet on a list")
            .doesNotContainKey("facilitator_correlation_id");
    }

    @Test
    void toMapWhenPoliciesRuledThenHasEachInOrder() {
        PolicyRuling granted = new PolicyRuling(true, "first", "", List.of());
        PolicyRuling refused = new PolicyRuling(false, "second", "score",
                List.of(new PolicyObligation("log", Map.of("level", 3))));
        assertThat(new PolicyDecided(KNOWN, false, Reason.FORBIDDEN, List.of(granted, refused)).toMap())
            .containsEntry("granted", false)
            .containsEntry("reason", "forbidden")
            .containsEntry("rulings",
                    List.of(Map.of("granted", true, "policy", "first"),
                            Map.of("granted", false, "policy", "second", "cause", "score", "obligations",
                                    List.of(Map.of("type", "log", "attributes", Map.of("level", 3))))));
    }

    @Test
    void toMapWhenAPolicySaysAnythingAtAllThenItIsWrittenPlainly() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("absent", null);
        said.put("flag", true);
        said.put("list", Arrays.asList(1, null, Set.of(Reason.FORBIDDEN)));
        said.put("object", new StringBuilder("text"));
        PolicyRuling ruling = new PolicyRuling(true, "p", "", List.of(new PolicyObligation("audit", said)));
        assertThat(new AuditLines(null).line(new PolicyDecided(UNKNOWN, true, null, List.of(ruling))))
            .endsWith("\"attributes\":{\"flag\":true,\"list\":[1,[\"FORBIDDEN\"]],\"object\":\"text\"}}]}]}");
    }

    @Test
    void createWhenTheRulingsAreChangedLaterThenTheRecordIsNot() {
        List<PolicyRuling> rulings = new ArrayList<>(List.of(new PolicyRuling(true, "p", "", List.of())));
        PolicyDecided record = new PolicyDecided(KNOWN, true, null, rulings);
        rulings.clear();
        assertThat(record.rulings()).hasSize(1);
    }

}
