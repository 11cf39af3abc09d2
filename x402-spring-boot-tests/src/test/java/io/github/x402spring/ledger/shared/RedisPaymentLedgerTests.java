package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.test.contract.RecoverableLedgerContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RedisPaymentLedgerTests extends RecoverableLedgerContract {

    private static final Duration RETENTION = Duration.ofHours(24);

    private final RedisTestServer server = new RedisTestServer();

    @AfterEach
    void disconnect() {
        this.server.close();
    }

    @Override
    protected RedisPaymentLedger createLedger() {
        this.server.clear();
        return ledger(this.server.connect());
    }

    @Override
    protected PaymentLedger openAgain() {
        return ledger(this.server.connect());
    }

    @Override
    protected void age(Duration time) {
        StringRedisTemplate redis = this.server.connect();
        for (String list : List.of("shop:open", "shop:unknown")) {
            for (String name : redis.opsForZSet().range(list, 0, -1)) {
                redis.opsForZSet().incrementScore(list, name, -time.toSeconds());
            }
        }
    }

    private static RedisPaymentLedger ledger(StringRedisTemplate redis) {
        return new RedisPaymentLedger(redis, "shop:", RETENTION);
    }

    @Test
    void settledWhenRecordedThenRedisSaysWhoPaidWhatForWhatAndWhenToForget() throws Exception {
        settle(createLedger(), key(1));
        StringRedisTemplate redis = this.server.connect();
        String name = redis.keys("shop:payment:*").iterator().next();
        Map<Object, Object> record = redis.opsForHash().entries(name);
        assertThat(record).containsEntry("state", "SETTLED")
            .containsEntry("endpoint", "report")
            .containsEntry("amount", "10")
            .containsEntry("caller", "alice")
            .containsEntry("transaction", "0x" + "c".repeat(64));
        Instant before = Instant.now();
        long seconds = redis.getExpire(name);
        assertThat(VALID_BEFORE.plus(RETENTION)).isBetween(before.plusSeconds(seconds - 1),
                Instant.now().plusSeconds(seconds + 1));
    }

    @Test
    void releaseWhenNothingWasSettledThenLeavesNothing() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserve(ledger, key(1)));
        assertThat(this.server.connect().keys("*")).isEmpty();
    }

    @Test
    void releaseWhenThePurchaseHasANameThenLeavesNothing() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserved(ledger.reserve(named(key(1), "a", REQUEST))));
        assertThat(this.server.connect().keys("*")).isEmpty();
    }

    @Test
    void releaseWhenAnotherPaymentHasTheNameThenTheNameStays() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(named(key(1), "a", REQUEST));
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(this.server.connect().keys("shop:purchase:*")).hasSize(1);
        assertThat(this.server.connect().keys("shop:payment:*")).hasSize(1);
    }

    @Test
    void reserveWhenTheNameIsOfAPaymentThatIsGoneThenTakesIt() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(named(key(1), "a", REQUEST));
        this.server.connect().delete(this.server.connect().keys("shop:payment:*"));
        Reservation second = reserved(ledger.reserve(named(key(2), "a", REQUEST)));
        assertThat(ledger.reserve(named(key(1), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.settling(second)).isTrue();
    }

    @Test
    void recoverWhenAPaymentIsFreedThenItsNameGoesToo() throws Exception {
        RedisPaymentLedger ledger = createLedger();
        ledger.reserve(named(key(1), "a", REQUEST));
        age(Duration.ofHours(1));
        assertThat(ledger.recover(Duration.ofMinutes(30))).isOne();
        assertThat(this.server.connect().keys("*")).isEmpty();
    }

    @Test
    void concludeWhenItCanNoLongerSettleThenItsNameGoesToo() throws Exception {
        RedisPaymentLedger ledger = createLedger();
        Reservation reservation = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(reservation);
        ledger.unknown(reservation, "");
        age(Duration.ofMinutes(2));
        assertThat(ledger.conclude(ledger.lease(Duration.ofMinutes(1), 1).get(0), new Conclusion.Unsettled())).isTrue();
        assertThat(this.server.connect().keys("*")).isEmpty();
    }

    @Test
    void concludeWhenSettledThenTheNameStays() throws Exception {
        RedisPaymentLedger ledger = createLedger();
        Reservation reservation = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(reservation);
        ledger.unknown(reservation, "");
        age(Duration.ofMinutes(2));
        ledger.conclude(ledger.lease(Duration.ofMinutes(1), 1).get(0), new Conclusion.Settled(TRANSACTION));
        assertThat(settled(ledger.reserve(named(key(2), "a", REQUEST))).key()).isEqualTo(key(1));
    }

    @Test
    void ledgerWhenRedisIsDownThenCannotSay() {
        PaymentLedger ledger = ledger(this.server.connectToNothing());
        Reservation reservation = new Reservation(key(1), "token", false);
        assertThatExceptionOfType(LedgerException.class)
            .isThrownBy(() -> ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.settling(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.settled(reservation, "0xab", null));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.release(reservation));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.find(key(1)));
    }

    @Test
    void settledWhenRedisIsDownThenIsRecordedLater() throws Exception {
        createLedger();
        AtomicBoolean down = new AtomicBoolean();
        StringRedisTemplate redis = new StringRedisTemplate(this.server.connect().getRequiredConnectionFactory()) {

            @Override
            public <T> @Nullable T execute(RedisScript<T> script, List<String> keys, Object... arguments) {
                if (down.get()) {
                    throw new QueryTimeoutException("down");
                }
                return super.execute(script, keys, arguments);
            }

        };
        RedisPaymentLedger ledger = ledger(redis);
        Reservation delivered = reserve(ledger, key(1));
        ledger.settling(delivered);
        down.set(true);
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.settled(delivered, "0xab", null));
        assertThatExceptionOfType(LedgerException.class).isThrownBy(() -> ledger.recover(Duration.ofMinutes(30)));
        down.set(false);
        assertThat(ledger.recover(Duration.ofMinutes(30))).isZero();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void createWhenItWouldForgetTooEarlyThenRefused() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new RedisPaymentLedger(new StringRedisTemplate(), "", Duration.ofMinutes(59)));
    }

}
