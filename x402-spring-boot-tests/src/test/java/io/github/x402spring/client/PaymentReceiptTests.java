package io.github.x402spring.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentReceiptTests {

    private static final String SETTLED = """
            {"success":true,"payer":"0x1","transaction":"0xaa","network":"eip155:84532","extensions":{"x":1}}""";

    private static final String PENDING = """
            {"success":false,"errorReason":"settlement_pending","transaction":"0xaa","network":"eip155:84532"}""";

    private final HttpHeaders headers = new HttpHeaders();

    @Test
    void fromWhenSettledThenReadsReceipt() {
        add(SETTLED);
        assertThat(PaymentReceipt.from(this.headers))
            .contains(SettleResponse.settled("0x1", "0xaa", Network.parse("base-sepolia")));
    }

    @Test
    void fromWhenPendingThenSaysSo() {
        add(PENDING);
        assertThat(PaymentReceipt.from(this.headers)).hasValueSatisfying((receipt) -> {
            assertThat(receipt.pending()).isTrue();
            assertThat(receipt.errorReason()).isEqualTo(ReasonCode.SETTLEMENT_PENDING);
        });
    }

    @Test
    void fromWhenAbsentThenEmpty() {
        assertThat(PaymentReceipt.from(this.headers)).isEmpty();
    }

    @Test
    void fromWhenDoubledThenEmpty() {
        add(SETTLED);
        add(SETTLED);
        assertThat(PaymentReceipt.from(this.headers)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "[]", "{\"success\":\"true\"}", "{\"success\":true}" })
    void fromWhenUnreadableThenEmpty(String json) {
        add(json);
        assertThat(PaymentReceipt.from(this.headers)).isEmpty();
    }

    private void add(String json) {
        this.headers.add("payment-response", Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }

}
