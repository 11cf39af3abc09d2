package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Reads entries of version 1 in every state.
 */
class RedisUpgradeTests {

    private static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET",
            "https://api.example.com/report", "", new byte[0]);

    private static final StoredTerms TERMS = new StoredTerms("exact", BigInteger.TEN, "0xdd", null);

    private static final Instant RESERVED_AT = Instant.parse("2026-01-01T00:00:00.125Z");

    private static final Instant VALID_BEFORE = Instant.parse("2100-01-01T00:00:00Z");

    private final RedisTestServer server = new RedisTestServer();

    private StringRedisTemplate redis;

    private RedisPaymentLedger ledger;

    @BeforeEach
    void connect() {
        this.server.clear();
        this.redis = this.server.connect();
        this.ledger = new RedisPaymentLedger(this.redis, "shop:", Duration.ofHours(24));
    }

    @AfterEach
    void disconnect() {
        this.ledger.close();
        this.server.close();
    }

    @Test
    void upgradeWhenThereIsNoVersionThenWasOneAndIsTwo() throws Exception {
        assertThat(this.ledger.upgrade()).isEqualTo(1);
        assertThat(this.redis.opsForValue().get("shop:schema-version")).isEqualTo("2");
        assertThat(this.ledger.upgrade()).isEqualTo(RedisPaymentLedger.VERSION);
    }

    @Test
    void upgradeWhenVersionIsNewerThenStays() throws Exception {
        this.redis.opsForValue().set("shop:schema-version", "3");
        assertThat(this.ledger.upgrade()).isEqualTo(3);
        assertThat(this.redis.opsForValue().get("shop:schema-version")).isEqualTo("3");
    }

    @Test
    void upgradeWhenRedisIsDownThenCannotSay() {
        RedisPaymentLedger down = new RedisPaymentLedger(this.server.connectToNothing(), "shop:", Duration.ofHours(24));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(down::upgrade);
    }

    @Test
    void reserveWhenEntryOfVersion1IsUnknownThenResumedUnderItsTerms() throws Exception {
        write(1, "UNKNOWN", Map.of("transaction", "0xpending"));
        ReserveResult.Reserved reserved = (ReserveResult.Reserved) this.ledger.reserve(claim(1));
        assertThat(reserved.reservation().resumed()).isTrue();
        assertThat(reserved.resumed().terms()).isEqualTo(TERMS);
        assertThat(reserved.resumed().rail()).isEqualTo(Rail.X402);
        assertThat(reserved.resumed().reservedAt()).isEqualTo(RESERVED_AT);
        assertThat(reserved.resumed().transaction()).isEqualTo("0xpending");
        assertThat(this.ledger.settled(reserved.reservation(), "0xab", null)).isTrue();
        assertThat(stored(1).runs()).isOne();
    }

    @Test
    void leaseWhenEntryOfVersion1IsUnknownThenCanBeConcluded() throws Exception {
        write(1, "UNKNOWN", Map.of());
        var unknown = this.ledger.lease(Duration.ofHours(1), 10).get(0);
        assertThat(unknown.terms()).isEqualTo(TERMS);
        assertThat(unknown.reservedAt()).isEqualTo(RESERVED_AT);
        assertThat(this.ledger.conclude(unknown, new Conclusion.Unresolved())).isTrue();
        assertThat(this.ledger.reserve(claim(1))).isEqualTo(new ReserveResult.Ended(PaymentState.UNRESOLVED));
        assertThat(new RedisPaymentHistory(this.redis, "shop:")
            .payments(PaymentFilter.of(PaymentState.UNRESOLVED), null, 10)
            .payments()).extracting(RecordedPayment::key).containsExactly(key(1));
    }

    @Test
    void reserveWhenEntryOfVersion1IsInFlightThenStaysSo() throws Exception {
        write(1, "RESERVED", Map.of());
        write(2, "SETTLING", Map.of());
        assertThat(this.ledger.reserve(claim(1))).isEqualTo(new ReserveResult.InFlight());
        assertThat(this.ledger.reserve(claim(2))).isEqualTo(new ReserveResult.InFlight());
        assertThat(this.ledger.recover(Duration.ofHours(1))).isEqualTo(2);
        assertThat(this.ledger.find(key(1))).isEmpty();
        assertThat(stored(2).state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void reserveWhenEntryOfVersion1IsDeliveredThenNotSoldAgain() throws Exception {
        write(1, "SETTLED", Map.of("transaction", "0xab", "delivered", "1", "delivery_until", "0"));
        StoredPayment settled = ((ReserveResult.Settled) this.ledger.reserve(claim(1))).payment();
        assertThat(settled.delivery()).isEqualTo(Delivery.DELIVERED);
        assertThat(settled.settledAt()).isEqualTo(RESERVED_AT);
        assertThat(this.ledger.redeliver(settled, 2)).isEmpty();
    }

    @Test
    void redeliverWhenResponseOfVersion1WasLostThenItsFirstDeliveryCounts() throws Exception {
        write(1, "SETTLED", Map.of("transaction", "0xab", "delivery_until", "0"));
        for (int runs = 1; runs <= 2; runs++) {
            StoredPayment lost = stored(1);
            assertThat(lost.delivery()).isEqualTo(Delivery.LOST);
            assertThat(lost.runs()).isEqualTo(runs);
            assertThat(lost.bodyBegun()).isFalse();
            assertThat(this.ledger.redeliver(lost, 2)).isPresent();
            this.redis.opsForHash().put(name(1), "delivery_until", "0");
        }
        assertThat(this.ledger.redeliver(stored(1), 2)).isEmpty();
    }

    @Test
    void redeliverWhenResponseOfVersion1WasNotBegunThenIsTheFirst() throws Exception {
        write(1, "SETTLED", Map.of("transaction", "0xab"));
        assertThat(stored(1).delivery()).isEqualTo(Delivery.NOT_BEGUN);
        assertThat(this.ledger.redeliver(stored(1), 0)).isPresent();
        assertThat(stored(1).runs()).isOne();
    }

    private StoredPayment stored(int number) throws Exception {
        return this.ledger.find(key(number)).orElseThrow();
    }

    /** Writes an entry as version 1 did. */
    private void write(int number, String state, Map<String, String> more) {
        Map<String, String> fields = new HashMap<>(
                Map.of("state", state, "token", "token" + number, "resumed", "0", "created", "1767225600.125",
                        "fingerprint", REQUEST.value(), "valid_before", Long.toString(VALID_BEFORE.getEpochSecond())));
        fields.putAll(Map.of("endpoint", "report", "resource", "https://api.example.com/report", "scheme", "exact",
                "amount", "10", "pay_to", "0xdd", "caller", "alice"));
        fields.putAll(more);
        this.redis.opsForHash().putAll(name(number), fields);
        if (!state.equals("SETTLED")) {
            this.redis.opsForZSet().add(state.equals("UNKNOWN") ? "shop:unknown" : "shop:open", name(number), 1);
        }
    }

    private static String name(int number) {
        return "shop:payment:eip155:84532|0xaa|0xbb|0x" + number;
    }

    private static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x" + number);
    }

    private static PaymentClaim claim(int number) {
        return new PaymentClaim(key(number), Rail.X402, REQUEST, VALID_BEFORE, "report",
                "https://api.example.com/report", TestClaims.requirements(key(number), BigInteger.TWO, "0xee"), "alice",
                null, null);
    }

}
