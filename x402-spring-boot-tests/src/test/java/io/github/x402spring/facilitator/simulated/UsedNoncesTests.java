package io.github.x402spring.facilitator.simulated;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UsedNoncesTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final PaymentPayload PAYMENT = payload("0xcheque");

    private static final PaymentPayload OTHER_PAYMENT = payload("0xforged");

    private final UsedNonces nonces = new UsedNonces(NOW, 2);

    @Test
    void useWhenTheNonceIsNewThenTheReceiptNamesPayerAndNetwork() throws Exception {
        SettleResponse receipt = use(1, PAYMENT);
        assertThat(receipt.success()).isTrue();
        assertThat(receipt.payer()).isEqualTo("0xbb");
        assertThat(receipt.network()).isEqualTo("eip155:84532");
        assertThat(receipt.transaction()).matches("0x[0-9a-f]{64}");
    }

    @Test
    void useWhenTheSamePaymentComesAgainThenTheSameReceipt() throws Exception {
        SettleResponse receipt = use(1, PAYMENT);
        assertThat(use(1, payload("0xcheque"))).isEqualTo(receipt);
    }

    @Test
    void useWhenWhatGoesAroundThePaymentDiffersThenItIsTheSame() throws Exception {
        SettleResponse receipt = use(1, PAYMENT);
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(PAYMENT.tree());
        tree.put("extensions", Map.of("other", true));
        assertThat(use(1, new PaymentPayload(1, tree))).isEqualTo(receipt);
    }

    @Test
    void useWhenAnotherPaymentHasTheNonceThenTaken() throws Exception {
        use(1, PAYMENT);
        assertThat(use(1, OTHER_PAYMENT))
            .isEqualTo(SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, "", NETWORK));
        assertThat(this.nonces.receipt(key(1), PAYMENT)).isNotNull();
    }

    @Test
    void useWhenThereIsNoRoomThenRefusedAndKnownOnesAreStillKnown() throws Exception {
        use(1, PAYMENT);
        assertThat(this.nonces.hasRoom(NOW)).isTrue();
        use(2, PAYMENT);
        assertThat(this.nonces.hasRoom(NOW)).isFalse();
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> use(3, PAYMENT));
        assertThat(this.nonces.contains(key(3))).isFalse();
        assertThat(use(2, PAYMENT).success()).isTrue();
    }

    @Test
    void useWhenNoncesDifferThenSoDoTransactions() throws Exception {
        assertThat(use(1, PAYMENT).transaction()).isNotEqualTo(use(2, PAYMENT).transaction());
    }

    @Test
    void receiptWhenAskedThenForThatVeryPaymentOnly() throws Exception {
        SettleResponse receipt = use(1, PAYMENT);
        assertThat(this.nonces.receipt(key(1), PAYMENT)).isEqualTo(receipt);
        assertThat(this.nonces.receipt(key(1), OTHER_PAYMENT)).isNull();
        assertThat(this.nonces.receipt(key(2), PAYMENT)).isNull();
    }

    @Test
    void transactionOfWhenUsedThenThatOfItsReceipt() throws Exception {
        SettleResponse receipt = use(1, PAYMENT);
        assertThat(this.nonces.transactionOf(key(1))).isEqualTo(receipt.transaction());
        assertThat(this.nonces.transactionOf(key(2))).isNull();
    }

    @Test
    void hasRoomWhenTheWindowHasLongClosedThenTheNonceIsForgottenAndNotEarlier() throws Exception {
        Instant validBefore = NOW.plusSeconds(300);
        Instant kept = validBefore.plus(Duration.ofMinutes(10));
        use(1, PAYMENT);
        use(2, PAYMENT);
        assertThat(this.nonces.hasRoom(kept)).isFalse();
        assertThat(this.nonces.contains(key(1))).isTrue();
        assertThat(this.nonces.hasRoom(kept.plusSeconds(30))).isTrue();
        assertThat(this.nonces.contains(key(1))).isFalse();
    }

    private SettleResponse use(int nonce, PaymentPayload payload) throws FacilitatorNotReachedException {
        return this.nonces.use(key(nonce), payload, new Authorization("0xBB", "0x" + nonce, NOW.plusSeconds(300)), NOW);
    }

    private static PaymentKey key(int nonce) {
        return new PaymentKey(NETWORK, "0xaa", "0xbb", "0x" + nonce);
    }

    private static PaymentPayload payload(String signature) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("payload", Map.of("signature", signature));
        return new PaymentPayload(2, tree);
    }

}
