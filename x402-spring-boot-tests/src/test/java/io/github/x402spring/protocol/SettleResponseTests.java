package io.github.x402spring.protocol;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class SettleResponseTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    @Test
    void createWhenFailedWithoutReasonThenFails() {
        assertThatNullPointerException().isThrownBy(() -> new SettleResponse(false, null, null, "", ""))
            .withMessage("'errorReason' must not be null");
    }

    @ParameterizedTest
    @CsvSource({ "false, settlement_pending, true", "false, settlement_not_sent, false",
            "false, SETTLEMENT_PENDING, false", "true, settlement_pending, false", "true, , false" })
    void pendingWhenSentAndNotDecidedThenTrue(boolean success, @Nullable String reason, boolean pending) {
        ReasonCode code = (reason != null) ? ReasonCode.of(reason) : null;
        assertThat(new SettleResponse(success, code, null, "0xab", "eip155:84532").pending()).isEqualTo(pending);
    }

    @Test
    void toMapWhenSettledThenNoReason() {
        assertThat(SettleResponse.settled("0xA", "0xab", NETWORK).toMap())
            .isEqualTo(Map.of("success", true, "payer", "0xA", "transaction", "0xab", "network", "eip155:84532"));
    }

    @Test
    void toMapWhenFailedThenReasonAndNoPayer() {
        assertThat(SettleResponse.failed(ReasonCode.INVALID_PAYLOAD, "", NETWORK).toMap()).isEqualTo(Map.of("success",
                false, "errorReason", "invalid_payload", "transaction", "", "network", "eip155:84532"));
    }

    @ParameterizedTest
    @CsvSource({ "eip155:84532, base-sepolia", "eip155:42161, eip155:42161", "base-sepolia, base-sepolia",
            "'no network', 'no network'", "'', ''" })
    void toV1MapWhenNetworkHasAShortNameThenNamedByIt(String network, String name) {
        assertThat(new SettleResponse(true, null, null, "0xab", network).toV1Map()).containsEntry("network", name);
    }

}
