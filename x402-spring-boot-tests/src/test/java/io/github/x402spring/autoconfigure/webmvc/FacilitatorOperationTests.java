package io.github.x402spring.autoconfigure.webmvc;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.codec.WireMessages;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorOperationTests {

    @Test
    void unavailableWhenSettlingThenReadsAsNotSent() throws Exception {
        FacilitatorReply answer = FacilitatorOperation.SETTLE.unavailable(503, "Busy", 5);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.retryAfterSeconds()).isEqualTo(5);
        assertThat(settlement(answer)).satisfies((response) -> {
            assertThat(response.success()).isFalse();
            assertThat(response.pending()).isFalse();
            assertThat(response.errorReason()).isEqualTo(ReasonCode.SETTLEMENT_NOT_SENT);
            assertThat(response.transaction()).isEmpty();
        });
    }

    @Test
    void malformedWhenSettlingThenReadsAsFailedForGood() throws Exception {
        SettleResponse response = settlement(FacilitatorOperation.SETTLE.malformed(400, "No JSON"));
        assertThat(response.success()).isFalse();
        assertThat(response.errorReason()).isEqualTo(ReasonCode.INVALID_PAYLOAD);
    }

    @Test
    void unavailableWhenVerifyingThenSaysNothingOfThePayment() {
        assertThat(FacilitatorOperation.VERIFY.unavailable(429, "Busy", 7))
            .isEqualTo(new FacilitatorReply(429, Map.of("error", "Busy"), 7));
    }

    @Test
    void malformedWhenVerifyingThenInvalid() {
        assertThat(FacilitatorOperation.VERIFY.malformed(413, "Too large")).isEqualTo(new FacilitatorReply(413,
                Map.of("isValid", false, "invalidReason", "invalid_payload", "error", "Too large"), 0));
    }

    @ParameterizedTest
    @EnumSource
    void malformedWhenRefusedThenStatusAndProblemAreTold(FacilitatorOperation operation) {
        FacilitatorReply answer = operation.malformed(415, "No JSON");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.body()).containsEntry("error", "No JSON");
    }

    private static SettleResponse settlement(FacilitatorReply answer) throws Exception {
        WireJson json = new WireJson(4096);
        return WireMessages.settleResponse(json.readObject(json.write(answer.body())));
    }

}
