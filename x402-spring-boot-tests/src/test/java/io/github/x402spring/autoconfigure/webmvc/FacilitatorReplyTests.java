package io.github.x402spring.autoconfigure.webmvc;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorReplyTests {

    private static final SettleResponse SETTLED = SettleResponse.settled("0xA", "0xab", Network.parse("base-sepolia"));

    @Test
    void ofWhenVerifiedThenPayerAndNoReason() {
        assertThat(FacilitatorReply.of(VerifyResponse.valid("0xA")))
            .isEqualTo(new FacilitatorReply(200, Map.of("isValid", true, "payer", "0xA"), 0));
    }

    @Test
    void ofWhenNotVerifiedThenReasonAndNoPayer() {
        assertThat(FacilitatorReply.of(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE))).isEqualTo(
                new FacilitatorReply(200, Map.of("isValid", false, "invalidReason", "invalid_exact_evm_signature"), 0));
    }

    @Test
    void ofWhenSettledThenNetworkNamedAsInTheVersionOfTheRequest() {
        assertThat(FacilitatorReply.of(SETTLED, 1).body()).containsEntry("network", "base-sepolia");
        assertThat(FacilitatorReply.of(SETTLED, 2).body()).containsEntry("network", "eip155:84532");
    }

    @Test
    void ofWhenKindsAreListedThenShapeOfTheProtocol() {
        assertThat(FacilitatorReply.of(List.of(new SupportedKind(2, "exact", "eip155:*"))).body())
            .isEqualTo(Map.of("kinds", List.of(Map.of("x402Version", 2, "scheme", "exact", "network", "eip155:*")),
                    "extensions", List.of(), "signers", Map.of()));
    }

    @Test
    void ofWhenAKindStatesMoreThenInIts() {
        assertThat(FacilitatorReply.of(List.of(new SupportedKind(2, "toy", "solana:*", Map.of("feePayer", "F"))))
            .body()
            .get("kinds"))
            .isEqualTo(List.of(Map.of("x402Version", 2, "scheme", "toy", "network", "solana:*", "extra",
                    Map.of("feePayer", "F"))));
    }

    @Test
    void withWhenExtendedThenMembersStayAndTheFirstIsUnchanged() {
        FacilitatorReply answer = FacilitatorReply.of(SETTLED, 2).retryAfter(5);
        FacilitatorReply extended = answer.with(429, "Too many requests");
        assertThat(extended.status()).isEqualTo(429);
        assertThat(extended.retryAfterSeconds()).isEqualTo(5);
        assertThat(extended.body()).containsEntry("error", "Too many requests").containsEntry("transaction", "0xab");
        assertThat(answer.body()).doesNotContainKey("error");
    }

}
