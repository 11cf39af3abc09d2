package io.github.x402spring.ledger.jdbc;

import java.math.BigInteger;
import java.sql.Types;
import java.time.Instant;

import org.h2.tools.SimpleResultSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.jdbc.FoundPayment.Delivery;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FoundPaymentTests {

    private static final String REQUEST = "a".repeat(64);

    private static final String OTHER_REQUEST = "b".repeat(64);

    private static final String TERMS = "c".repeat(64);

    private static final PaymentKey KEY = key("0x1");

    @Test
    void sameRequestWhenThePaymentIsTheSameThenTheRequestDecides() {
        assertThat(found(PaymentState.UNKNOWN, TERMS).sameRequest(claim(KEY, REQUEST, null))).isTrue();
        assertThat(found(PaymentState.UNKNOWN, TERMS).sameRequest(claim(KEY, OTHER_REQUEST, TERMS))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "cccc, cccc, true", "cccc, dddd, false", ", cccc, false", "cccc, , false", ", , false" })
    void sameRequestWhenAnotherPaymentHasTheNameThenTheTermsDecide(@Nullable String found, @Nullable String claimed,
            boolean same) {
        PaymentClaim claim = claim(key("0x2"), REQUEST, (claimed != null) ? claimed.repeat(16) : null);
        assertThat(found(PaymentState.SETTLED, (found != null) ? found.repeat(16) : null).sameRequest(claim))
            .isEqualTo(same);
    }

    @ParameterizedTest
    @EnumSource
    void freeWhenItsSettlementIsUnknownThenForTheSamePaymentAndRequestOnly(PaymentState state) {
        FoundPayment found = found(state, TERMS);
        assertThat(found.free(claim(KEY, REQUEST, TERMS))).isEqualTo(state == PaymentState.UNKNOWN);
        assertThat(found.free(claim(KEY, OTHER_REQUEST, TERMS))).isFalse();
        assertThat(found.free(claim(key("0x2"), REQUEST, TERMS))).isFalse();
    }

    @Test
    void ofWhenARowWasReadThenEachColumnHasItsPlace() throws Exception {
        assertThat(read("SETTLED", TERMS, "0xab", "LOST"))
            .isEqualTo(new FoundPayment(KEY, PaymentState.SETTLED, "token", REQUEST, TERMS, "0xab", Delivery.LOST));
    }

    @Test
    void ofWhenColumnsAreEmptyThenThereIsNoTransactionAndNoName() throws Exception {
        FoundPayment found = read("RESERVED", null, null, "NOT_BEGUN");
        assertThat(found.transaction()).isEmpty();
        assertThat(found.terms()).isNull();
    }

    private static FoundPayment read(String state, @Nullable String terms, @Nullable String transaction,
            String delivery) throws Exception {
        try (SimpleResultSet rows = new SimpleResultSet()) {
            for (int i = 1; i <= 10; i++) {
                rows.addColumn("c" + i, Types.VARCHAR, 255, 0);
            }
            rows.addRow("eip155:84532", "0xaa", "0xbb", "0x1", state, "token", REQUEST, terms, transaction, delivery);
            rows.next();
            return FoundPayment.of(rows, 0);
        }
    }

    private static FoundPayment found(PaymentState state, @Nullable String terms) {
        return new FoundPayment(KEY, state, "token", REQUEST, terms, "", Delivery.LOST);
    }

    private static PaymentClaim claim(PaymentKey key, String request, @Nullable String terms) {
        return new PaymentClaim(key, new RequestFingerprint(request), Instant.EPOCH, "report",
                "https://api.example.com/report", "exact", BigInteger.TEN, "0xdd", null,
                (terms != null) ? new PaymentIdentifier("e".repeat(64), terms) : null);
    }

    private static PaymentKey key(String nonce) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", nonce);
    }

}
