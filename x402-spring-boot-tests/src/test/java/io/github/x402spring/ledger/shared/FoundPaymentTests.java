package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;

import org.h2.tools.SimpleResultSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataRetrievalFailureException;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class FoundPaymentTests {

    private static final String REQUEST = "a".repeat(64);

    private static final String OTHER_REQUEST = "b".repeat(64);

    private static final String TERMS = "c".repeat(64);

    private static final PaymentKey KEY = key("0x1");

    private static final Instant RESERVED_AT = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant SETTLED_AT = Instant.parse("2026-01-01T00:00:02Z");

    private static final Instant VALID_BEFORE = Instant.parse("2026-01-01T00:01:00Z");

    private static final PaymentRequirements REQUIREMENTS = TestClaims.requirements(KEY, BigInteger.TEN, "0xdd");

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
        FoundPayment found = read("SETTLED", TERMS, "0xab", "LOST", SETTLED_AT, FoundPayment.text(REQUIREMENTS),
                "4".repeat(64), "5".repeat(64));
        assertThat(found).isEqualTo(new FoundPayment(StoredPayment
            .builder(KEY, "token", new RequestFingerprint(REQUEST), StoredTerms.of(REQUIREMENTS), RESERVED_AT)
            .rail(Rail.MPP)
            .state(PaymentState.SETTLED)
            .validBefore(VALID_BEFORE)
            .settledAt(SETTLED_AT)
            .transaction("0xab")
            .delivery(Delivery.LOST, true, 2)
            .responseDigest("4".repeat(64))
            .signatureDigest("5".repeat(64))
            .build(), TERMS));
    }

    @Test
    void ofWhenColumnsAreEmptyThenThereIsNoTransactionAndNoName() throws Exception {
        FoundPayment found = read("RESERVED", null, null, "NOT_BEGUN", null, null, null, null);
        assertThat(found.purchase()).isNull();
        assertThat(found.payment().transaction()).isNull();
        assertThat(found.payment().settledAt()).isNull();
        assertThat(found.payment().responseDigest()).isNull();
        assertThat(found.payment().signatureDigest()).isNull();
    }

    @Test
    void ofWhenTheRowIsOfVersionOneThenItsTermsAreThoseOfTheColumns() throws Exception {
        FoundPayment found = read("UNKNOWN", null, null, "NOT_BEGUN", null, null, null, null);
        assertThat(found.payment().terms()).isEqualTo(new StoredTerms("exact", BigInteger.TEN, "0xdd", null));
    }

    @Test
    void ofWhenTheRequirementsCannotBeReadThenFailsWithoutShowingThem() {
        assertThatExceptionOfType(DataRetrievalFailureException.class)
            .isThrownBy(() -> read("UNKNOWN", null, null, "NOT_BEGUN", null, "{broken", null, null))
            .withMessageNotContaining("broken");
    }

    @Test
    void unknownPaymentWhenReadThenHasWhatItTakesToFindOut() throws Exception {
        assertThat(
                read("UNKNOWN", null, "0xab", "NOT_BEGUN", null, FoundPayment.text(REQUIREMENTS), null, null).payment()
                    .unknown())
            .isEqualTo(new UnknownPayment(KEY, Rail.MPP, "token", StoredTerms.of(REQUIREMENTS), VALID_BEFORE,
                    RESERVED_AT, "0xab"));
    }

    private static FoundPayment read(String state, @Nullable String terms, @Nullable String transaction,
            String delivery, @Nullable Instant settledAt, @Nullable String requirements,
            @Nullable String responseDigest, @Nullable String signatureDigest) throws Exception {
        try (SimpleResultSet rows = new SimpleResultSet()) {
            for (int i = 1; i <= 22; i++) {
                rows.addColumn("c" + i, Types.JAVA_OBJECT, 0, 0);
            }
            rows.addRow("eip155:84532", "0xaa", "0xbb", "0x1", state, "token", REQUEST, terms, transaction, delivery,
                    "exact", BigDecimal.TEN, "0xdd", VALID_BEFORE.getEpochSecond(), Timestamp.from(RESERVED_AT),
                    (settledAt != null) ? Timestamp.from(settledAt) : null, "mpp", requirements, true, 2,
                    responseDigest, signatureDigest);
            rows.next();
            return FoundPayment.of(rows, 0);
        }
    }

    private static FoundPayment found(PaymentState state, @Nullable String terms) {
        return new FoundPayment(StoredPayment.builder(claim(KEY, REQUEST, null), "token", RESERVED_AT)
            .state(state)
            .delivery(Delivery.LOST, false, 1)
            .build(), terms);
    }

    private static PaymentClaim claim(PaymentKey key, String request, @Nullable String terms) {
        PaymentClaim claim = TestClaims.claim(key, new RequestFingerprint(request), VALID_BEFORE, "report",
                "https://api.example.com/report", BigInteger.TEN, "0xdd", null);
        return (terms != null) ? claim.withIdentifier(new PaymentIdentifier("e".repeat(64), terms)) : claim;
    }

    private static PaymentKey key(String nonce) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", nonce);
    }

}
