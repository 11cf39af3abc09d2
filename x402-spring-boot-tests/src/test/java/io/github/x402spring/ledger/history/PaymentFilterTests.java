package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentFilterTests {

    private static final Instant AT = Instant.parse("2026-11-21T10:11:12.123456Z");

    private static final RecordedPayment PAYMENT = payment("alice");

    @Test
    void anyWhenAskedThenEveryPayment() {
        assertThat(PaymentFilter.ANY.matches(PAYMENT)).isTrue();
        assertThat(PaymentFilter.ANY.matches(payment(null))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void ofWhenOneStateIsWantedThenNoOther(PaymentState state) {
        assertThat(PaymentFilter.of(state).matches(PAYMENT)).isEqualTo(state == PaymentState.SETTLED);
    }

    @ParameterizedTest
    @CsvSource({ "report, , , true", "Report, , , false", "other, , , false", ", 0xbb, , true", ", 0xBB, , true",
            ", 0xb, , false", ", , alice, true", ", , Alice, false", ", , bob, false", "report, 0xbb, alice, true",
            "report, 0xbb, bob, false", "other, 0xbb, alice, false", "report, 0xcc, alice, false" })
    void matchesWhenSeveralNarrowThenAllHaveTo(@Nullable String endpoint, @Nullable String payer,
            @Nullable String caller, boolean listed) {
        assertThat(new PaymentFilter(endpoint, null, payer, caller, null, null).matches(PAYMENT)).isEqualTo(listed);
    }

    @Test
    void matchesWhenACallerIsWantedThenNotThoseThatNobodyKnows() {
        assertThat(new PaymentFilter(null, null, null, "alice", null, null).matches(payment(null))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "-1, true", "0, true", "1, false" })
    void matchesWhenThereIsABeginningThenItIsIncluded(long nanos, boolean listed) {
        assertThat(new PaymentFilter(null, null, null, null, AT.plusNanos(nanos), null).matches(PAYMENT))
            .isEqualTo(listed);
    }

    @ParameterizedTest
    @CsvSource({ "-1, false", "0, false", "1, true" })
    void matchesWhenThereIsAnEndThenItIsNot(long nanos, boolean listed) {
        assertThat(new PaymentFilter(null, null, null, null, null, AT.plusNanos(nanos)).matches(PAYMENT))
            .isEqualTo(listed);
    }

    private static RecordedPayment payment(@Nullable String caller) {
        return new RecordedPayment(new PaymentKey(TestClaims.key(1).network(), "0xaa", "0xbb", "0x1"), Rail.X402,
                PaymentState.SETTLED, "report", "https://api.example.com/report", "exact", BigInteger.TEN, "0xdd",
                caller, "0xab", AT, AT, null);
    }

}
