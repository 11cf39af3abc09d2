package io.github.x402spring.ledger.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.LedgerEntry.Terms;

import static org.assertj.core.api.Assertions.assertThat;

class UncertainPaymentsTests {

    private static final Instant NOW = TestClaims.NOW;

    private final Map<PaymentKey, LedgerEntry> ledger = new HashMap<>();

    private final UncertainPayments payments = new UncertainPayments(this.ledger::get, 10);

    @Test
    void changedWhenAPaymentBecomesUncertainAndCertainAgainThenCounted() {
        PaymentKey key = TestClaims.key(1);
        change(key, entry(key, NOW).unknown(""));
        this.payments.changed(key);
        assertThat(this.payments.size()).isOne();
        change(key, entry(key, NOW));
        assertThat(this.payments.size()).isZero();
    }

    @Test
    void tooManyUnknownWhenAPayerHasThreeThenYesWhateverElseEnded() {
        for (int i = 0; i < 3; i++) {
            PaymentKey key = TestClaims.key(i);
            assertThat(this.payments.tooManyUnknown(key.payer())).isFalse();
            change(key, entry(key, NOW).unknown(""));
        }
        PaymentKey last = TestClaims.key(2);
        assertThat(this.payments.tooManyUnknown(last.payer())).isTrue();
        assertThat(this.payments.tooManyUnknown("0xother")).isFalse();
        change(last, entry(last, NOW).ended(PaymentState.UNRESOLVED, null));
        assertThat(this.payments.tooManyUnknown(last.payer())).isFalse();
        assertThat(this.payments.size()).isEqualTo(3);
    }

    @Test
    void dropExpiredWhenTheShareIsExceededThenTheOldestExpiredLeave() {
        for (int i = 0; i < 12; i++) {
            PaymentKey key = TestClaims.key(i);
            change(key, entry(key, NOW.plusSeconds(12 - i)).unknown(""));
        }
        assertThat(dropped(NOW)).isEmpty();
        assertThat(dropped(NOW.plusSeconds(2))).containsExactly(TestClaims.key(11), TestClaims.key(10));
        assertThat(dropped(NOW.plusSeconds(60))).isEmpty();
        assertThat(this.payments.size()).isEqualTo(10);
    }

    private List<PaymentKey> dropped(Instant now) {
        List<PaymentKey> dropped = new ArrayList<>();
        this.payments.dropExpired(now, (key, entry) -> {
            dropped.add(key);
            this.ledger.remove(key);
            this.payments.changed(key);
        });
        return dropped;
    }

    private void change(PaymentKey key, LedgerEntry entry) {
        this.ledger.put(key, entry);
        this.payments.changed(key);
    }

    private static LedgerEntry entry(PaymentKey key, Instant validBefore) {
        PaymentClaim claim = TestClaims.claim(key, TestClaims.REQUEST, validBefore);
        return LedgerEntry.reserved(claim, Digest.of(claim.fingerprint().value()), Terms.of(claim), 7, NOW);
    }

}
